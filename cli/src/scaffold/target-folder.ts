import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/** A file to be made: its path below the folder, with slashes, and what is in it. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** The folder in which a project is being made. */
export interface TargetFolder {
  /** Writes the files. */
  write(files: Files): void;
  /** Takes away what was made and written so far, and nothing else. */
  undo(): void;
}

/**
 * Makes the folder, so that whatever is in the way is found out before any work is done.
 *
 * @throws Failure if there is something in the folder, if it is no folder, or if it cannot be made.
 */
export function makeFolder(folder: string): TargetFolder {
  const made: string[] = [];
  const undo = () => {
    for (const path of made.splice(0).reverse()) remove(path);
  };
  try {
    guarded(folder, () => makeFolders(folder, made));
    refuseContent(folder);
  } catch (error) {
    undo();
    throw error;
  }
  const write = (files: Files) => {
    for (const [path, content] of files) {
      const file = join(folder, path);
      guarded(folder, () => {
        makeFolders(dirname(file), made);
        // "wx": what somebody else put there in the meantime is not overwritten.
        writeFileSync(file, content, { flag: "wx" });
        made.push(file);
      });
    }
  };
  return { write, undo };
}

/**
 * Makes a folder and those above it, and notes the ones that were not there. Not by mkdir's `recursive`: that never
 * ends where the file system says "no such file" to every new name, as /proc does.
 */
function makeFolders(folder: string, made: string[]): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

/** Removes a file, or a folder unless somebody else put something into it. */
function remove(path: string): void {
  try {
    if (statSync(path).isDirectory()) rmdirSync(path);
    else rmSync(path);
  } catch {
    // Not there, not empty: nothing of ours.
  }
}

function refuseContent(folder: string): void {
  const entries = guarded(folder, () => readdirSync(folder)).toSorted();
  if (entries.length === 0) return;
  const shown = entries.slice(0, 10).map((entry) => `  ${printableName(entry)}`);
  if (entries.length > shown.length) shown.push(`  … and ${entries.length - shown.length} more`);
  throw new Failure("input", `${printableName(folder)} is not empty:\n${shown.join("\n")}\nTake a new folder.`);
}

/** Turns what the file system refuses into a message. */
function guarded<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const file = fileInTheWay(folder);
    if (file !== undefined) throw new Failure("input", `${printableName(file)} is in the way: it is not a folder.`);
    const reasons: Record<string, string> = {
      EACCES: "permission denied",
      EPERM: "permission denied",
      EROFS: "it is on a read-only file system",
      ENOSPC: "the disk is full",
      ENAMETOOLONG: "the name is too long",
    };
    throw new Failure("environment", `${printableName(folder)} cannot be made: ${reasons[code ?? ""] ?? message}.`);
  }
}

function fileInTheWay(folder: string): string | undefined {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    // A symbolic link that leads nowhere is in the way as well.
    if (!exists(path)) continue;
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  }
  return undefined;
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
