import { createHash } from "node:crypto";
import { type Dirent, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import { isInside, type Project } from "./project.ts";

/** The generated files of a project, each with a hash of its content. */
export type Fingerprints = ReadonlyMap<string, string>;

/**
 * The folders that buf.gen.yaml writes to, as they stand there.
 *
 * @throws Failure if one of them is outside the project, or written in a way that cannot be checked.
 */
export function outputFolders(project: Project): readonly string[] {
  const lines = readFileSync(join(project.root, "buf.gen.yaml"), "utf8").split(/\r?\n/);
  const folders = lines.flatMap((line, index) =>
    [...withoutComment(line).matchAll(outKey)].map((match) => {
      const folder = scalar(match[1] ?? "");
      const place = `buf.gen.yaml:${index + 1}`;
      if (folder === undefined) {
        throw new Failure(
          "input",
          `${place}: \`out\` has to be a plain folder on the same line, such as \`out: src/gen\`.`,
        );
      }
      if (!isInside(project, folder)) {
        throw new Failure(
          "input",
          `${place}: \`out: ${printableName(folder)}\` is outside the project. ego writes only below ${printableName(project.root)}.`,
        );
      }
      return folder;
    }),
  );
  return [...new Set(folders)];
}

/** What is in these folders now. */
export function fingerprints(project: Project, folders: readonly string[]): Fingerprints {
  const files = folders.flatMap((folder) =>
    globSync("**", { cwd: resolve(project.root, folder), withFileTypes: true, exclude: isForeign })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(files.toSorted().map((file) => [file, hash(file)]));
}

/** Whether there are the same files, with the same content. */
export function sameFiles(before: Fingerprints, after: Fingerprints): boolean {
  return before.size === after.size && [...after].every(([file, hash]) => before.get(file) === hash);
}

const outKey = /(?:^|[\s{,-])["']?out["']?\s*:(?:\s+([^,}]*)|\s*$)/g;

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, "$1");
}

/** The value of a YAML scalar on one line, or undefined for everything that is not that simple. */
function scalar(text: string): string | undefined {
  const value = text.trim();
  const quoted = /^(["'])([^"'\\]+)\1$/.exec(value);
  if (quoted !== null) return quoted[2];
  return /^[^\s"'&*!|>%@`{[][^"':]*$/.test(value) ? value : undefined;
}

/** For those who generate into the root of the project. */
function isForeign(entry: Dirent): boolean {
  return entry.name === "node_modules" || entry.name === ".git";
}

function hash(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
