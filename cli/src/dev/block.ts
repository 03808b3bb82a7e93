import { type Finding, findingLines } from "../project/finding.ts";
import type { Inserted } from "../sync/sync-plan.ts";
import type { Line, Painted } from "../terminal/line.ts";
import { printableName } from "../terminal/printable.ts";
import type { Ended } from "./app.ts";
import type { CompilerError, TypesFound } from "./type-check.ts";
import type { FileChange } from "./watched-files.ts";

/** What `ego dev` did about one change, or at its start. */
export interface Block {
  readonly at: Date;
  /** Empty at the start. */
  readonly changes: readonly FileChange[];
  /** Files that the generators changed, from the root; undefined if they did not run, or failed. */
  readonly generated: readonly string[] | undefined;
  /** What buf and its plugins warn of; empty for nothing. */
  readonly warnings: string;
  readonly inserted: readonly Inserted[];
  /** What sync could not do. */
  readonly findings: readonly Finding[];
  /** Why generation or sync failed, or the program cannot be started. */
  readonly failure: string | undefined;
  /** Undefined if there was nothing to check, `late` if they are not checked yet. */
  readonly types: TypesFound | "late" | undefined;
  readonly program: ProgramDone;
}

/** What was done with the program. */
export type ProgramDone =
  | {
      readonly state: "started" | "restarted";
      /** From the first sign of the change, or from the start, until the new process was there. */
      readonly ms: number;
      readonly pid: number;
      /** Whether the old one had to be killed. */
      readonly killed: boolean;
    }
  /** It goes on as it was, or is not running. */
  | { readonly state: "kept" }
  | { readonly state: "waiting" };

/** A block as text: what changed, then what was done, each row with its name in front. */
export function blockLines(block: Block, program: string): readonly Line[] {
  const { at, changes, generated, warnings, inserted, findings, failure, types } = block;
  const what = changes.length === 0 ? `ego dev ${printableName(program)}` : namesOf(changes.map(changeText));
  return [
    [clock(at), { text: what, colour: "bold" }],
    ...(generated === undefined
      ? []
      : row("generated", generated.length === 0 ? "nothing new" : namesOf(generated.map(printableName)))),
    ...row("warning", warnings, "yellow"),
    ...row("inserted", inserted.map(insertedText).join("\n"), "green"),
    ...row("sync", findingLines(findings).join("\n"), "yellow"),
    ...row("failed", failure ?? "", "red"),
    ...typeRows(types),
    ...programRows(block.program),
  ];
}

/** Types that were found later than their block, as text. */
export function lateLines(types: TypesFound, at: Date): readonly Line[] {
  return typeRows(types).map(([, ...rest], index) => [index === 0 ? clock(at) : " ".repeat(margin), ...rest]);
}

/** A block with all that is to be found, as a value for JSON. */
export function blockJson(block: Block): object {
  const { at, changes, generated, warnings, inserted, findings, failure, types, program } = block;
  return {
    format: 1,
    event: changes.length === 0 ? "start" : "change",
    at,
    changes,
    generated: generated ?? null,
    warnings: linesOf(warnings),
    inserted,
    findings,
    failure: failure ?? null,
    types: types ?? null,
    program,
  };
}

/** A program that ended by itself, as a line. */
export function endedLine(ended: Ended, at: Date): Line {
  return [clock(at), { text: endedText(ended), colour: ended.exitCode === 0 ? "dim" : "red" }];
}

/** A program that ended by itself, as a value for JSON. */
export function endedJson({ exitCode, signal }: Ended, at: Date): object {
  return { format: 1, event: "ended", at, exitCode, signal };
}

const shownNames = 5;
const shownErrors = 10;
const margin = 10;
const labelWidth = 11;

function endedText({ exitCode, signal }: Ended): string {
  return `ended ${exitCode === null ? `by ${signal}` : `with ${exitCode}`}, waiting for a change`;
}

function typeRows(types: TypesFound | "late" | undefined): readonly Line[] {
  if (types === undefined) return [];
  if (types === "late") return row("types", "are being checked", "dim");
  if (!types.checked) return row("types", types.why, "dim");
  const { errors } = types;
  if (errors.length === 0) return row("types", "fine");
  const more = errors.length - shownErrors;
  const lines = [...errors.slice(0, shownErrors).map(errorText), ...(more > 0 ? [`… and ${more} more`] : [])];
  return row("types", lines.join("\n"), "red");
}

function errorText({ at, code, text }: CompilerError): string {
  const place = at === undefined ? "" : `${printableName(at.file)}:${at.line}:${at.column}: `;
  return `${place}error ${code}: ${text}`;
}

function programRows(done: ProgramDone): readonly Line[] {
  switch (done.state) {
    case "kept":
      return row("program", "goes on as it was", "dim");
    case "waiting":
      return row("program", "is not running, and waits for a change", "dim");
    case "started":
    case "restarted": {
      const killed = done.killed ? "; the old one did not end at SIGTERM, and was killed" : "";
      return row("program", `${done.state} after ${Math.round(done.ms)} ms${killed}`, done.killed ? "yellow" : "green");
    }
  }
}

function insertedText({ file, line, member }: Inserted): string {
  return `${printableName(file)}:${line} ${printableName(member)}`;
}

function changeText({ file, what }: FileChange): string {
  return what === "changed" ? printableName(file) : `${printableName(file)} (${what})`;
}

function namesOf(names: readonly string[]): string {
  const more = names.length - shownNames;
  return [...names.slice(0, shownNames), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

/** A label with one or more lines behind it; nothing for an empty text. */
function row(label: string, text: string, colour?: Painted["colour"]): readonly Line[] {
  return linesOf(text).map((line, index) => [
    " ".repeat(margin),
    { text: (index === 0 ? label : "").padEnd(labelWidth), colour: "dim" },
    colour === undefined ? line : { text: line, colour },
  ]);
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

/** The time of day where the user is, as wide as the margin. */
function clock(at: Date): Painted {
  const two = (number: number) => String(number).padStart(2, "0");
  const text = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return { text: text.padEnd(margin), colour: "dim" };
}
