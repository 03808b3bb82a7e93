import { type Diagnostic, type Domain, diagnose } from "@ego/protoc-gen-ego/model";
import { type FileEdit, unifiedDiff } from "../edits/file-edit.ts";
import { lineBefore } from "../edits/line-map.ts";
import { Failure } from "../failure.ts";
import { domainWith } from "../proto/overlay.ts";
import { isWithin } from "../proto/tokens.ts";
import type { Host } from "../terminal/host.ts";
import type { Addition } from "./addition.ts";
import type { Protos } from "./protos.ts";
import { differences } from "./same-but.ts";

/** Edits of protos, and what the protos say with them. */
export interface Verified {
  readonly edits: readonly FileEdit[];
  readonly domain: Domain;
}

/**
 * Compiles the edited protos in a copy, and checks that they say what they did with the addition, and nothing else.
 *
 * @param edits the same edits in several ways, of which the first that is right is taken
 * @throws Failure if the protos would not compile, or not generate, with why
 */
export async function verified(
  host: Host,
  protos: Protos,
  addition: Addition,
  [edits, ...others]: readonly [readonly FileEdit[], ...(readonly FileEdit[])[]],
): Promise<Verified> {
  const after = await compiled(host, protos, edits);
  const known = new Set(errorsOf(protos.domain).map(textOf));
  const errors = errorsOf(after).filter((error) => !known.has(textOf(error)));
  if (errors.length > 0) throw refused(protos, edits, errors.map(lineOf));
  const wrong = [...lost(edits), ...differences(protos.domain, after, addition)];
  if (wrong.length === 0) return { edits, domain: after };
  const [next, ...rest] = others;
  if (next !== undefined) return verified(host, protos, addition, [next, ...rest]);
  throw new Failure(
    "input",
    [
      "ego cannot add this without changing something else in the protos, and wrote nothing:",
      ...wrong.map((one) => `  ${one}`),
      "Add it by hand. This is what it would have written:",
      unifiedDiff(edits).trimEnd(),
    ].join("\n"),
  );
}

async function compiled(host: Host, protos: Protos, edits: readonly FileEdit[]): Promise<Domain> {
  try {
    return await domainWith(host, protos.project, edits);
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== 1) throw error;
    throw refused(protos, edits, error.message.split("\n"));
  }
}

/** buf does not keep the comments in options: that they are there is seen in the text. */
function lost(edits: readonly FileEdit[]): readonly string[] {
  return edits.flatMap(({ file, before = "", after }) =>
    isWithin(before, after) ? [] : [`something of ${file} is gone`],
  );
}

function errorsOf(domain: Domain): readonly Diagnostic[] {
  return diagnose(domain).filter(({ severity }) => severity === "error");
}

/** The same for an error that is only on another line now. */
function textOf({ code, text }: Diagnostic): string {
  return `${code} ${text.replace(/:\d+:\d+/g, "")}`;
}

function lineOf({ at, code, text }: Diagnostic): string {
  return `${at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `}error ${code}: ${text}`;
}

function refused(protos: Protos, edits: readonly FileEdit[], lines: readonly string[]): Failure {
  const text = lines.map((line) => withPlacesBefore(protos, edits, line)).join("\n");
  return new Failure("input", `With that, the protos would not compile. Nothing was written.\n${text}`);
}

/** Places in a message lead to what is on disk; what is new has no line there yet. */
function withPlacesBefore({ placeOf }: Protos, edits: readonly FileEdit[], message: string): string {
  return message.replace(
    /(?<![^\s"'(])([\w./-]+\.proto):(\d+):(\d+)/g,
    (place, name: string, row: string, column: string) => {
      const at = { file: name, line: Number(row), column: Number(column) };
      const path = placeOf(at)?.file ?? name;
      const edit = edits.find(({ file }) => file === path || file.endsWith(`/${name}`));
      if (edit === undefined) return place.replace(name, path);
      const line = lineBefore(edit, at.line);
      return line === undefined ? `${edit.file} (new)` : `${edit.file}:${line}:${at.column}`;
    },
  );
}
