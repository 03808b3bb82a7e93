import { hash } from "node:crypto";
import { type BigIntStats, type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isInside, type Project } from "../project/project.ts";
import { type FileKind, type FileKinds, isForeignFolder } from "./file-kind.ts";
import type { FolderWatch } from "./folder-watch.ts";

/** A file that is not as it was. */
export interface FileChange {
  /** From the root of the project, with slashes. */
  readonly file: string;
  readonly kind: FileKind;
  readonly what: "changed" | "new" | "removed";
}

/**
 * The files of a project that somebody works on, as they were when last asked. What changed is found by looking: an event of
 * the file system only says that it is time to, so none has to tell what happened, or to come for each file.
 */
export interface WatchedFiles {
  /** What is not as it was. From now on that is how it was. In the order of names. */
  take(): readonly FileChange[];
  /** These files are as they are by our own doing. From the root, with slashes. */
  accept(files: Iterable<string>): void;
}

interface Seen {
  readonly stat: string;
  /** Written so lately that a later write may leave the same times. */
  readonly fresh: boolean;
  readonly content: string;
  readonly kind: FileKind;
}

/** Times of files move in steps of some milliseconds. */
const stepNs = 100_000_000n;

/**
 * Looks at the files of a project.
 *
 * @param kinds asked for at each look
 */
export function watchedFiles(project: Project, kinds: () => FileKinds, watch: FolderWatch): WatchedFiles {
  let known: ReadonlyMap<string, Seen> = new Map();
  known = look();

  /** Looks until no folder has come that was not watched while it was looked at. */
  function look(): ReadonlyMap<string, Seen> {
    for (;;) {
      const files = new Map<string, Seen>();
      const folders = new Map<string, string>();
      walk("", kinds(), new Set(), { files, folders });
      if (!watch.follow(folders)) return files;
    }
  }

  function walk(
    folder: string,
    kinds: FileKinds,
    above: ReadonlySet<string>,
    found: { readonly files: Map<string, Seen>; readonly folders: Map<string, string> },
  ): void {
    const path = join(project.root, folder).replace(/\/$/, "");
    const stat = statOf(path);
    if (stat === undefined) return;
    const number = `${stat.dev} ${stat.ino}`;
    // A symbolic link that leads back.
    if (above.has(number)) return;
    // A number is given again soon, so the time of birth as well.
    found.folders.set(path, `${number} ${stat.birthtimeNs}`);
    for (const entry of entriesOf(path)) {
      const file = folder + entry.name;
      if (entry.isDirectory() || (entry.isSymbolicLink() && leadsOn(file, kinds))) {
        if (!isForeignFolder(entry.name)) walk(`${file}/`, kinds, new Set([...above, number]), found);
        continue;
      }
      const kind = kinds.of(file);
      const seen = kind === undefined ? undefined : see(file, kind);
      if (seen !== undefined) found.files.set(file, seen);
    }
  }

  /** Whether a symbolic link is to a folder that is the project's: what is elsewhere may be large, unless it is protos. */
  function leadsOn(file: string, kinds: FileKinds): boolean {
    if (!statOf(join(project.root, file))?.isDirectory()) return false;
    return isInside(project, file) || kinds.mayHaveProtos(file);
  }

  function see(file: string, kind: FileKind): Seen | undefined {
    const path = join(project.root, file);
    const found = statOf(path);
    if (!found?.isFile()) return undefined;
    const stat = `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    const before = known.get(file);
    if (before?.stat === stat && !before.fresh) return { ...before, kind };
    const fresh = BigInt(Date.now()) * 1_000_000n - latest(found) < stepNs;
    const content = contentOf(path);
    return content === undefined ? undefined : { stat, fresh, content, kind };
  }

  return {
    take() {
      const now = look();
      const changes = [...new Set([...known.keys(), ...now.keys()])].toSorted().flatMap((file): FileChange[] => {
        const [before, after] = [known.get(file), now.get(file)];
        if (before?.content === after?.content) return [];
        const { kind } = (after ?? before) as Seen;
        return [{ file, kind, what: before === undefined ? "new" : after === undefined ? "removed" : "changed" }];
      });
      known = now;
      return changes;
    },
    accept(files) {
      const own = new Set(files);
      const now = look();
      known = new Map([
        ...[...known].filter(([file]) => !own.has(file)),
        ...[...now].filter(([file]) => own.has(file)),
      ]);
    },
  };
}

function latest({ mtimeNs, ctimeNs }: BigIntStats): bigint {
  return mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
}

/** Undefined for what is gone, or cannot be looked at. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function contentOf(path: string): string | undefined {
  try {
    return hash("sha1", readFileSync(path));
  } catch {
    return undefined;
  }
}
