import { existsSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Project } from "../project/project.ts";
import { applyEdits } from "./apply-edits.ts";
import { type FileEdit, readText } from "./file-edit.ts";

/**
 * Applies edits, all or none, as `applyEdits` does.
 *
 * @returns takes them back: files get their old content, and what is new goes; a file that was changed since stays
 * @throws Failure as `applyEdits`
 */
export function applyUndoably(project: Project, edits: readonly FileEdit[]): () => void {
  const missing = edits.flatMap(({ file }) => missingFolders(project, dirname(file)));
  applyEdits(project, edits);
  return () => {
    const same = edits.filter(
      ({ file, after }) => existsSync(join(project.root, file)) && readText(project, file) === after,
    );
    const old = same.flatMap(({ file, before, after }) =>
      before === undefined ? [] : [{ file, before: after, after: before }],
    );
    applyEdits(project, old);
    for (const { file, before } of same) if (before === undefined) rmSync(join(project.root, file));
    for (const folder of missing) removeEmpty(join(project.root, folder));
  };
}

/** Innermost first. */
function missingFolders(project: Project, folder: string): readonly string[] {
  if (existsSync(join(project.root, folder))) return [];
  return [folder, ...missingFolders(project, dirname(folder))];
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is something else in it, or it has gone already.
  }
}
