import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { Project } from "./project.ts";

/**
 * Refuses a buf.gen.yaml in which protoc-gen-ego is not run once for all protos. By default buf runs a plugin once for
 * each folder: each run then writes an ego.schema.json of its own, and buf drops all but the first of them.
 *
 * @throws Failure naming the entry
 */
export function checkStrategy(project: Project): void {
  for (const { row, text } of pluginEntries(readFileSync(join(project.root, "buf.gen.yaml"), "utf8"))) {
    if (!/\bprotoc-gen-ego\b/.test(text)) continue;
    if (/(?:^|[\s{,])["']?strategy["']?\s*:\s*["']?all\b/m.test(text)) continue;
    throw new Failure(
      "input",
      `buf.gen.yaml:${row}: protoc-gen-ego needs \`strategy: all\`, since its ego.schema.json describes all protos together.
Add the line \`strategy: all\` under its \`out\`.`,
    );
  }
}

/** An entry of `plugins` in buf.gen.yaml. */
export interface PluginEntry {
  /** Line of its first word, from 1. */
  readonly row: number;
  /** Without comments. */
  readonly text: string;
}

/** The plugins of a buf.gen.yaml, as lines: each from its dash to the next line that stands no deeper. */
export function pluginEntries(template: string): readonly PluginEntry[] {
  const lines = template.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "$1").trimEnd());
  const start = lines.findIndex((line) => /^["']?plugins["']?\s*:/.test(line));
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && /^[^\s-]/.test(line));
  const list = lines.slice(start, end < 0 ? lines.length : end);
  const dash = list.find((line) => /^\s*-/.test(line))?.search(/-/);
  // A list in brackets: its entries are in braces.
  if (dash === undefined) {
    return [...list.join("\n").matchAll(/\{[^{}]*\}/g)].map(({ 0: text }) => ({ row: start + 1, text }));
  }
  const entries: { row: number; text: string }[] = [];
  for (const [index, line] of list.entries()) {
    if (line.search(/-/) === dash && /^\s*-/.test(line)) entries.push({ row: start + index + 1, text: "" });
    const entry = entries.at(-1);
    if (entry !== undefined) entry.text += `${line.replace(/^(\s*)-/, "$1 ")}\n`;
  }
  return entries;
}
