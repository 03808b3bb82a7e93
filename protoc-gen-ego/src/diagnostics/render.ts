import { compare } from "../compare.ts";
import { escapeControls } from "../escape.ts";
import type { Position } from "../options/position.ts";
import type { Diagnostic } from "./diagnostic.ts";

const maxShown = 50;

/** Diagnostics as text, one line each, sorted by place; at most 50, and how many more there are. */
export function render(diagnostics: readonly Diagnostic[]): string {
  const lines = [...diagnostics].sort(compareDiagnostics).map(line);
  // One mistake may be found from two ends.
  const distinct = lines.filter((text, index) => text !== lines[index - 1]);
  const shown = distinct.slice(0, maxShown);
  if (distinct.length > maxShown) shown.push(`... and ${distinct.length - maxShown} more`);
  return shown.map((text) => `${text}\n`).join("");
}

/** A position as editors and terminals make a link of: `path:line:col`. */
export function place({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

function line({ code, severity, at, text }: Diagnostic): string {
  return escapeControls(`${at ? `${place(at)}: ` : ""}${severity} ${code}: ${text}`);
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.at?.file ?? "", b.at?.file ?? "") ||
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    compare(a.code, b.code) ||
    compare(a.text, b.text)
  );
}
