import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** The protos in a folder and below, as paths from there: those that buf reads. Packages of npm are left out. */
export function* protoFiles(folder: string): Generator<string> {
  if (existsSync(folder)) yield* filesIn(folder, "", new Set());
}

function* filesIn(root: string, way: string, above: ReadonlySet<string>): Generator<string> {
  const real = realpathSync(join(root, way));
  // A link to a folder that it is in has no end.
  if (above.has(real)) return;
  const within = new Set([...above, real]);
  for (const name of readdirSync(real).toSorted()) {
    const path = way === "" ? name : `${way}/${name}`;
    if (name.endsWith(".proto")) yield path;
    else if (name !== "node_modules" && name !== ".git" && isFolder(join(root, path)))
      yield* filesIn(root, path, within);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
