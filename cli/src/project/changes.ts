import { relative } from "node:path";
import { printableName } from "../terminal/printable.ts";
import type { Fingerprints } from "./outputs.ts";
import type { Project } from "./project.ts";

/** What a run of the generator did, in lines for the user; the last one adds up. */
export function describeChanges(project: Project, before: Fingerprints, after: Fingerprints): readonly string[] {
  const lines: string[] = [];
  for (const file of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const what = change(before.get(file), after.get(file));
    if (what !== undefined) lines.push(`  ${what}  ${printableName(relative(project.root, file))}`);
  }
  const unchanged = [...after].filter(([file, hash]) => before.get(file) === hash).length;
  if (after.size === 0) return [...lines, "Nothing was generated: there is no message in the protos."];
  if (lines.length === 0) return [`${count(unchanged)} up to date.`];
  return [
    ...lines,
    unchanged === 0 ? `${count(lines.length)} changed.` : `${count(lines.length)} changed, ${unchanged} up to date.`,
  ];
}

function change(before: string | undefined, after: string | undefined): string | undefined {
  if (before === after) return undefined;
  if (before === undefined) return "new    ";
  return after === undefined ? "removed" : "changed";
}

function count(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}
