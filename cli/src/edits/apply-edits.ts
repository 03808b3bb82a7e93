import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { isInside, type Project } from "../project/project.ts";
import { printableName } from "../terminal/printable.ts";
import { type FileEdit, readText } from "./file-edit.ts";

/** A new content on disk, beside the file that it is to become. */
interface Staged {
  readonly edit: FileEdit;
  /** The file itself, symbolic links resolved. */
  readonly path: string;
  readonly beside: string;
}

/**
 * Writes all of the edits, or none: each file is replaced in one step and keeps its mode, and if one cannot be replaced
 * those before it get their old content back. Edits that change nothing write nothing.
 *
 * @returns the files that were written, from the root of the project
 * @throws Failure if a file is outside of the project, was changed since it was read, or cannot be written
 */
export function applyEdits(project: Project, edits: readonly FileEdit[]): readonly string[] {
  const changes = edits.filter(({ before, after }) => before !== after);
  const folders: string[] = [];
  const staged: Staged[] = [];
  const replaced: Staged[] = [];
  try {
    for (const edit of changes) staged.push(stage(project, edit, folders));
    for (const edit of changes) checkUnchanged(project, edit);
    for (const one of staged) {
      renameSync(one.beside, one.path);
      replaced.push(one);
    }
  } catch (error) {
    for (const one of replaced) restore(one);
    for (const { beside } of staged) rmSync(beside, { force: true });
    for (const folder of folders.reverse()) removeEmpty(folder);
    if (error instanceof Failure) throw error;
    throw new Failure("environment", `Nothing was written: ${(error as Error).message}`);
  }
  return changes.map(({ file }) => file);
}

function stage(project: Project, edit: FileEdit, folders: string[]): Staged {
  if (!isInside(project, edit.file)) {
    throw new Failure(
      "input",
      `${printableName(edit.file)} is outside of the project. ego writes only below ${printableName(project.root)}.`,
    );
  }
  const { before, after } = edit;
  const named = join(project.root, edit.file);
  makeFolders(dirname(named), folders);
  const path = before === undefined ? named : realpathSync(named);
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const descriptor = openSync(beside, "wx");
  try {
    writeFileSync(descriptor, after);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  if (before !== undefined) chmodSync(beside, statSync(path).mode & 0o7777);
  return { edit, path, beside };
}

/** What an editor saved since the file was read is not overwritten. */
function checkUnchanged(project: Project, { file, before }: FileEdit): void {
  const now = existsSync(join(project.root, file)) ? readText(project, file) : undefined;
  if (now === before) return;
  const what = before === undefined ? "has been made" : "was changed";
  throw new Failure("input", `${printableName(file)} ${what} in the meantime. Nothing was written. Try again.`);
}

function restore({ edit, path, beside }: Staged): void {
  if (edit.before === undefined) {
    rmSync(path, { force: true });
    return;
  }
  const { mode } = statSync(path);
  writeFileSync(beside, edit.before, { mode });
  chmodSync(beside, mode & 0o7777);
  renameSync(beside, path);
}

function makeFolders(folder: string, made: string[]): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody put something into it.
  }
}
