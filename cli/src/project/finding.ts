import { printableName } from "../terminal/printable.ts";

/** A place in a file of a project. Line and column count from 1. */
export interface Place {
  /** From the root of the project, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that a verb found in a project. */
export interface Finding {
  /** EGO0xx: protos; EGO1xx: handlers; EGO2xx: evolution; EGO3xx: the project and the machine. */
  readonly code: `EGO${number}`;
  /** An error makes the verdict 1; a warning and a note do not. */
  readonly severity: "error" | "warning" | "note";
  /** Undefined for what has no place. */
  readonly at?: Place;
  /** What is wrong. */
  readonly text: string;
  /** The way out. */
  readonly help?: string;
}

/** Findings as lines of text, sorted by place, each once: `file:line:column: error EGO101: what. The way out.` */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.toSorted(byPlace).map(lineOf))];
}

function lineOf({ code, severity, at, text, help }: Finding): string {
  const place = at === undefined ? "" : `${printableName(at.file)}:${at.line}:${at.column}: `;
  return `${place}${severity} ${code}: ${text}${help === undefined ? "" : `\n  ${help.replaceAll("\n", "\n  ")}`}`;
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.at?.file ?? "", b.at?.file ?? "") ||
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    compare(a.code, b.code) ||
    compare(a.text, b.text)
  );
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
