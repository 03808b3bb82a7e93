import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { Failure } from "../failure.ts";
import type { Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";

/** A text file of a project that is to be changed, or made. */
export interface FileEdit {
  /** From the root of the project, with slashes. */
  readonly file: string;
  /** All that is in it now, with its byte order mark if it has one; undefined for a file that is not there yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Reads a text file so that writing it again makes the same bytes: line endings and a byte order mark stay.
 *
 * @param file from the root of the project, with slashes
 * @throws Failure if it is not UTF-8, or cannot be read
 */
export function readText(project: Project, file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(project.root, file));
  } catch (error) {
    throw new Failure("input", `${printableName(file)} cannot be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure("input", `${printableName(file)} is not UTF-8. Save it as UTF-8.`);
  }
}

/** What the edits change, as a unified diff that `git apply` and `patch` take. Ends with a newline unless it is empty. */
export function unifiedDiff(edits: readonly FileEdit[]): string {
  return edits
    .filter(({ before, after }) => before !== after)
    .map(({ file, before, after }) => {
      const from = before === undefined ? "/dev/null" : `a/${file}`;
      const patch = createTwoFilesPatch(from, `b/${file}`, before ?? "", after, undefined, undefined, { context: 3 });
      return patch.replace(/^=+\n/, "");
    })
    .join("");
}
