import { printableName } from "../terminal/printable.ts";
import type { Check } from "./check.ts";
import type { Diagnosis } from "./doctor.ts";

/** A diagnosis as text: a line for each check, with the way out below it. */
export function diagnosisText({ patient, checks }: Diagnosis): string {
  return [printableName(patient.root), "", ...checks.flatMap(linesOf), "", summary(checks)].join("\n");
}

/** A diagnosis as JSON. */
export function diagnosisJson({ patient, checks }: Diagnosis): unknown {
  return { format: 1, root: patient.root, healthy: isHealthy(checks), checks };
}

/** Whether nothing is wrong that keeps the project from working. */
export function isHealthy(checks: readonly Check[]): boolean {
  return checks.every(({ severity }) => severity !== "error");
}

const indent = " ".repeat(9);

function linesOf(check: Check): readonly string[] {
  const head = check.severity.padEnd(indent.length);
  if (check.severity === "ok") return [head + check.text];
  const { code, at, text, help } = check;
  const place = at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
  const way = help === undefined ? [] : help.split("\n").map((line) => indent + line);
  return [`${head}${code} ${place}${text}`, ...way];
}

function summary(checks: readonly Check[]): string {
  const counted = (["error", "warning", "note"] as const).flatMap((severity) => {
    const { length } = checks.filter((check) => check.severity === severity);
    return length === 0 ? [] : [`${length} ${severity}${length === 1 ? "" : "s"}`];
  });
  return counted.length === 0 ? "All is well." : `${counted.join(", ")}.`;
}
