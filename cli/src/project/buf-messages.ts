import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";

/**
 * What buf and its plugins printed, for the user: one mistake is one line that begins with `file:line:column`,
 * the file as seen from the project's root.
 */
export function bufMessages(project: Project, output: string): string {
  const modules = modulePaths(project);
  return output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !isConsequence(line))
    .flatMap((line) => {
      const text = withoutPrefix(line);
      return text === "" ? [] : [fromRoot(project, modules, text)];
    })
    .join("\n");
}

/** Whether buf's npm package is there, but not the one with the program in it. */
export function bufIsIncomplete(messages: string): boolean {
  return /^Error: spawnSync \S*buf ENOENT$/m.test(messages);
}

/** Whether a plugin could not be started. */
export function pluginIsMissing(messages: string): boolean {
  return /^plugin .*: exec: /m.test(messages);
}

/** Whether the machine is at fault, not a proto. */
export function isMachine(messages: string): boolean {
  return /: (?:permission denied|read-only file system|no space left on device)$/m.test(messages);
}

/** buf ends the other plugins when one fails, and reports that as well. */
function isConsequence(line: string): boolean {
  return /^(?:Failure: )?plugin .*: (?:signal: killed|context canceled)$/.test(line);
}

/** A plugin's report begins with a line that says only which plugin. */
function withoutPrefix(line: string): string {
  const text = line.replace(/^Failure: /, "");
  return /^plugin [^:]*:$/.test(text) ? "" : text;
}

/** Plugins know files by their import path; the user knows them from the root. */
function fromRoot(project: Project, modules: readonly string[], line: string): string {
  const [, path = "", row = "", column = "", text = ""] = /^([^\s:]+\.proto):(\d+):(\d+):\s*(.*)$/.exec(line) ?? [];
  if (path === "") return line;
  const file = ["", ...modules.map((module) => `${module}/`)]
    .map((prefix) => prefix + path)
    .find((candidate) => existsSync(join(project.root, candidate)));
  // buf does not say which import it is.
  const what = /^imported file does not exist$/.test(text)
    ? `${text}: ${sourceLine(project, file, Number(row))}`
    : text;
  return `${file ?? path}:${row}:${column}: ${what}`;
}

function sourceLine(project: Project, file: string | undefined, row: number): string {
  if (file === undefined) return "";
  return readFileSync(join(project.root, file), "utf8").split(/\r?\n/)[row - 1]?.trim() ?? "";
}

function modulePaths(project: Project): readonly string[] {
  const config = readFileSync(join(project.root, "buf.yaml"), "utf8");
  return [...config.matchAll(/^\s*-?\s*path:\s*["']?([^\s"'#]+)/gm)].map((match) =>
    (match[1] ?? "").replace(/\/$/, ""),
  );
}
