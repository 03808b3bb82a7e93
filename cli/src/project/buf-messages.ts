import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BufMessage, hintedLines } from "./buf-hints.ts";
import { readEgoOptions } from "./ego-options.ts";
import type { Project } from "./project.ts";
import { findProtoTypes } from "./proto-types.ts";

/**
 * What buf and its plugins printed, for the user: one mistake is one line that begins with `file:line:column`,
 * the file as seen from the project's root.
 */
export function bufMessages(project: Project, output: string): string {
  const modules = modulePaths(project);
  const messages = output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !isConsequence(line))
    .map(withoutPrefix)
    .filter((text) => text !== "");
  const placedMessages = messages
    .filter((text) => !explanation.test(text))
    .map((text) => placed(project, modules, text));
  const hinted = hintedLines(
    placedMessages,
    readEgoOptions(project, modules),
    (file) => sourceOf(project, file),
    (name) => findProtoTypes(project, modules, name),
  );
  return [...hinted, ...explanations(messages)].join("\n");
}

/** What protoc-gen-ego says at its end. */
const explanation = /^Each code is explained in (.*): (#ego\d{3}(?:, #ego\d{3})*)$/;

/** One for each file that is named: the plugin may have run more than once. */
function explanations(messages: readonly string[]): string[] {
  const anchorsOf = new Map<string, Set<string>>();
  for (const message of messages) {
    const [, file, anchors = ""] = explanation.exec(message) ?? [];
    if (file === undefined) continue;
    const known = anchorsOf.get(file) ?? new Set();
    for (const anchor of anchors.split(", ")) known.add(anchor);
    anchorsOf.set(file, known);
  }
  return [...anchorsOf].map(
    ([file, anchors]) => `Each code is explained in ${file}: ${[...anchors].toSorted().join(", ")}`,
  );
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

/** Plugins know files by their import path; the user knows them from the root. What is about no file stays as it is. */
function placed(project: Project, modules: readonly string[], line: string): BufMessage | string {
  const [, path = "", row = "", column = "", text = ""] = /^([^\s:]+\.proto):(\d+):(\d+):\s*(.*)$/.exec(line) ?? [];
  if (path === "") return line;
  const found = ["", ...modules.map((module) => `${module}/`)]
    .map((prefix) => prefix + path)
    .find((candidate) => existsSync(join(project.root, candidate)));
  const message = { file: found ?? path, row: Number(row), column: Number(column), text };
  // buf does not say which import it is.
  if (text !== "imported file does not exist") return message;
  const source = sourceOf(project, message.file).split(/\r?\n/)[message.row - 1] ?? "";
  return { ...message, text: `${text}: ${source.trim()}` };
}

function sourceOf(project: Project, file: string): string {
  const path = join(project.root, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** The folders that buf.yaml says protos are in, from the root. */
export function modulePaths(project: Project): readonly string[] {
  return modulePathsIn(readFileSync(join(project.root, "buf.yaml"), "utf8"));
}

/** As {@link modulePaths}, of the text of a buf.yaml. */
export function modulePathsIn(config: string): readonly string[] {
  const text = config.replace(/(^|\s)#.*$/gm, "$1");
  return [...text.matchAll(/(?:^|[\s{,])["']?path["']?\s*:\s*["']?([^\s"',}]+)/g)].map((match) =>
    (match[1] ?? "").replace(/\/$/, ""),
  );
}
