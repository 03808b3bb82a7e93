import type { Position } from "../options/position.ts";

/** The code of a diagnostic; docs/diagnostics.md has a section for each. */
export type Code = `EGO0${number}`;

/** Something wrong, or odd, in the protos. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: "error" | "warning";
  /** Undefined for what concerns no file. */
  readonly at: Position | undefined;
  /** What is wrong. What to do. */
  readonly text: string;
}

/** Collects diagnostics. */
export interface Report {
  error(code: Code, at: Position | undefined, text: string): void;
  warning(code: Code, at: Position | undefined, text: string): void;
  readonly diagnostics: readonly Diagnostic[];
}

/** An empty report. */
export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  return {
    error: (code, at, text) => void diagnostics.push({ code, severity: "error", at, text }),
    warning: (code, at, text) => void diagnostics.push({ code, severity: "warning", at, text }),
    diagnostics,
  };
}
