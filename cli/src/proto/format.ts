import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diffArrays } from "diff";
import type { FileEdit } from "../edits/file-edit.ts";
import { runBuf } from "../project/buf.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { lineEndOf } from "./insertion.ts";
import { tokensOf } from "./tokens.ts";

/**
 * Formats what was put into files as `buf format` does, where that would leave the file as it is now. A file that is
 * written in another way stays so, and gets what was put in as it is.
 *
 * @param mayChange whether a line of the file, from 0, may be written otherwise
 */
export async function formatted(
  host: Host,
  project: Project,
  edits: readonly FileEdit[],
  mayChange: (file: string, line: number) => boolean,
): Promise<readonly FileEdit[]> {
  const texts = edits.map(({ before, after }) => [plain(before ?? after), plain(after)] as const);
  const done = await bufFormat(host, project, texts.flat());
  return edits.map((edit, index) => {
    const { file, before, after } = edit;
    const [was, is] = [done?.[2 * index], done?.[2 * index + 1]];
    if (is === undefined || (before !== undefined && was !== plain(before))) return edit;
    const result = { ...edit, after: like(after, is) };
    return isSameProto(plain(after), is) && changedLines(was ?? "", is).every((line) => mayChange(file, line))
      ? result
      : edit;
  });
}

/** What buf makes of protos, without their imports; undefined if it cannot read one of them. */
async function bufFormat(
  host: Host,
  project: Project,
  texts: readonly string[],
): Promise<readonly string[] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "ego-format-"));
  try {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    mkdirSync(from);
    for (const [index, text] of texts.entries()) writeFileSync(join(from, `${index}.proto`), text);
    const { exitCode } = await runBuf(host, project, ["format", from, "--output", to]);
    if (exitCode !== 0) return undefined;
    return texts.map((_, index) => readFileSync(join(to, `${index}.proto`), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As buf writes files: without byte order mark, and each line ended by a line feed. */
function plain(text: string): string {
  const unmarked = text.replace(/^\ufeff/, "");
  return isWindows(unmarked) ? unmarked.replaceAll("\r\n", "\n") : unmarked;
}

function like(model: string, text: string): string {
  return (model.startsWith("\ufeff") ? "\ufeff" : "") + (isWindows(model) ? text.replaceAll("\n", "\r\n") : text);
}

function isWindows(text: string): boolean {
  return lineEndOf(text) === "\r\n" && !/(?<!\r)\n/.test(text);
}

/** Whether only blanks differ. */
function isSameProto(a: string, b: string): boolean {
  const [tokens, others] = [a, b].map((text) => tokensOf(text).map((token) => token.text.replace(/\s+/g, " ")));
  return JSON.stringify(tokens) === JSON.stringify(others);
}

/** The lines that another text has no more. */
function changedLines(was: string, is: string): readonly number[] {
  const changed: number[] = [];
  let line = 0;
  for (const { value, added, removed } of diffArrays(was.split("\n"), is.split("\n"))) {
    if (removed) changed.push(...value.map((_, index) => line + index));
    if (!added) line += value.length;
  }
  return changed;
}
