import { compare } from "../compare.ts";
import { escapeControls } from "../escape.ts";
import type { Position } from "../options/position.ts";
import type { Code, Diagnostic } from "./diagnostic.ts";

const maxShown = 50;

/**
 * Diagnostics as text, one line each, sorted by place; at most 50, and how many more there are. Behind them, the file
 * that explains the codes, if there is one.
 */
export function render(diagnostics: readonly Diagnostic[], docs?: string): string {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  // One mistake may be found from two ends.
  const distinct = new Map(sorted.map((diagnostic) => [line(diagnostic), diagnostic]));
  const shown = [...distinct].slice(0, maxShown);
  const lines = shown.map(([text]) => text);
  if (distinct.size > maxShown) lines.push(`... and ${distinct.size - maxShown} more`);
  if (docs !== undefined && shown.length > 0) {
    lines.push(
      explanation(
        docs,
        shown.map(([, { code }]) => code),
      ),
    );
  }
  return lines.map((text) => `${text}\n`).join("");
}

function explanation(docs: string, codes: readonly Code[]): string {
  const anchors = [...new Set(codes)].sort(compare).map((code) => `#${code.toLowerCase()}`);
  return escapeControls(`Each code is explained in ${docs}: ${anchors.join(", ")}`);
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
