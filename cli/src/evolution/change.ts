import type { Domain, Position } from "@ego/protoc-gen-ego/model";
import type { Finding, Place } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";

/** What the protos of a project say at one time. */
export interface Version {
  readonly domain: Domain;
  /** Where a place of a proto is in the project; undefined for a proto that is no file of it. */
  placeOf(at: Position): Place | undefined;
}

/** Two versions of a project: what wrote that which is stored, and what is to read it. */
export interface Change {
  readonly before: Version;
  readonly now: Version;
  /** What the user calls the version of before: `origin/main (1a2b3c4)`. */
  readonly ref: string;
}

/** One thing that goes wrong with what is stored, found where two versions differ. */
export type Rule = (change: Change) => readonly Finding[];

/** The codes of evolution. docs/evolution.md has a line for each. */
export type EvolutionCode = Finding["code"];

/** What a rule says, to be placed. */
export interface Said {
  readonly code: EvolutionCode;
  readonly severity: Finding["severity"];
  /** Where it is to be mended now: the first of these that is a place in the project. */
  readonly at: readonly (Position | undefined)[];
  /** Each is one line. */
  readonly text: string;
  readonly help: string;
  /** Where that was which is gone, or has changed. */
  readonly was?: Position;
}

/** The finding that says it. */
export function found({ before, now, ref }: Change, { code, severity, at, text, help, was }: Said): Finding {
  const place = at.map((position) => position && now.placeOf(position)).find((place) => place !== undefined);
  const old = was && before.placeOf(was);
  const moved = old && !(place && old.file === place.file && old.line === place.line);
  const then = !moved ? "" : `\nIt was at ${printableName(old.file)}:${old.line}:${old.column} in ${ref}.`;
  // Names of before may be anything: no generator has looked at them.
  return {
    code,
    severity,
    ...(place ? { at: place } : {}),
    text: printableName(text),
    help: printableName(help) + then,
  };
}

/** The top of the file that a place of before was in, if it is still there. */
export function topOf({ file }: Position): Position {
  return { file, line: 1, column: 1 };
}

/** A name as it is written in an option: in quotes. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}

/** Names as they are written in a list of an option, each once. */
export function list(names: readonly string[]): string {
  return `[${[...new Set(names)].map(quoted).join(", ")}]`;
}
