import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { readText } from "../edits/file-edit.ts";
import { Failure } from "../failure.ts";
import { isInside, type Project } from "../project/project.ts";

/** A source file of the project that people own. */
export interface Source {
  /** From the root of the project, with slashes; symbolic links resolved, if that is inside of the project. */
  readonly file: string;
  /** Absolute, symbolic links resolved, with slashes: as the compiler names it. */
  readonly path: string;
  /** With its byte order mark, if it has one. */
  readonly text: string;
}

/** The files below a project that TypeScript reads. */
export interface Sources {
  /** Those that people own, in order of names. */
  readonly own: readonly Source[];
  /** The paths of all others: generated code, tests. */
  readonly foreign: ReadonlySet<string>;
  /** What symbolic links lead to out of the project, under the names that it has in the project. */
  readonly outside: readonly Omit<Source, "path">[];
  /** Why files cannot be read, by file. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Names of folders that hold what tools made, or what others own. Folders that begin with a dot are left out as well. */
const skipped = new Set(["node_modules", "dist", "coverage"]);

/**
 * Finds the sources below a project. Declarations, generated files and tests are none: a behavior in a test is a stand-in
 * for the one that the project has.
 */
export function findSources(project: Project): Sources {
  const found = { files: new Set<string>(), folders: new Set<string>(), outside: [] as string[] };
  walk(project, project.root, found);
  const own: Source[] = [];
  const foreign = new Set<string>();
  const unreadable = new Map<string, string>();
  for (const native of [...found.files].toSorted()) {
    const file = relative(project.root, native).replaceAll(sep, "/");
    const path = native.replaceAll(sep, "/");
    if (isTest(file)) {
      foreign.add(path);
      continue;
    }
    try {
      const text = readText(project, file);
      if (isGenerated(text)) foreign.add(path);
      else own.push({ file, path, text });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unreadable.set(file, error.message);
    }
  }
  const outside = found.outside.toSorted().flatMap((file) => {
    const text = textOutside(project, file);
    return text === undefined || isGenerated(text) ? [] : [{ file, text }];
  });
  return { own, foreign, outside, unreadable };
}

/** Whether a file says that a generator made it. */
export function isGenerated(text: string): boolean {
  return text.slice(0, 1_000).includes("@generated");
}

/** Nothing is changed there; it only has to be known what is in it. */
function textOutside(project: Project, file: string): string | undefined {
  try {
    return readText(project, file);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function isTest(file: string): boolean {
  return /\.(?:test|spec)\.[cm]?tsx?$|(?:^|\/)(?:test|tests|__tests__|__mocks__)\//.test(file);
}

interface Walked {
  /** Absolute, links resolved. */
  readonly files: Set<string>;
  readonly folders: Set<string>;
  /** From the root of the project, links not resolved. */
  readonly outside: string[];
}

function walk(project: Project, folder: string, found: Walked): void {
  const real = realpathSync(folder);
  if (found.folders.has(real)) return;
  found.folders.add(real);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name) || entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    const kind = kindOf(entry, path);
    if (kind === undefined || (kind === "file" && !isTypeScript(entry.name))) continue;
    if (kind === "folder") walk(project, path, found);
    else if (isInside(project, path))
      found.files.add(entry.isSymbolicLink() ? realpathSync(path) : join(real, entry.name));
    else found.outside.push(relative(project.root, path).replaceAll(sep, "/"));
  }
}

function kindOf(entry: Dirent, path: string): "file" | "folder" | undefined {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return undefined;
  const target = statSync(path, { throwIfNoEntry: false });
  return target?.isFile() ? "file" : target?.isDirectory() ? "folder" : undefined;
}

function isTypeScript(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name) && !/\.d\.(?:[^.]+\.)?[cm]?ts$/.test(name);
}
