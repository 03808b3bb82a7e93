import { type FSWatcher, watch } from "node:fs";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/**
 * Tells when something happens in a set of folders, each by itself: not in what is below. Not Node's recursive watch,
 * which on Linux watches each file there is, in node_modules as well, and loses files that are replaced by renaming.
 */
export interface FolderWatch extends Disposable {
  /**
   * Watches these folders, and no others.
   *
   * @param folders absolute paths, each with what tells the folder from another one that had the same path
   * @returns whether there was a new one: what happened in it before is not told
   * @throws Failure if the machine watches as many as it may
   */
  follow(folders: ReadonlyMap<string, string>): boolean;
}

/** @param onEvent called often, also for what is no change */
export function watchFolders(onEvent: () => void): FolderWatch {
  const watched = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();

  function unwatch(path: string): void {
    watched.get(path)?.watcher.close();
    watched.delete(path);
  }

  return {
    follow(folders) {
      for (const [path, { identity }] of watched) if (folders.get(path) !== identity) unwatch(path);
      let more = false;
      for (const [path, identity] of folders) {
        if (watched.has(path)) continue;
        const watcher = watcherOf(path, onEvent);
        if (watcher === undefined) continue;
        // Where a folder goes while it is watched, the one that has it reports that.
        watcher.on("error", onEvent);
        watched.set(path, { identity, watcher });
        more = true;
      }
      return more;
    },
    [Symbol.dispose]() {
      for (const path of [...watched.keys()]) unwatch(path);
    },
  };
}

/** Undefined for a folder that is gone. */
function watcherOf(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    return watch(path, onEvent);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw watchFailure(path, error as NodeJS.ErrnoException);
  }
}

/** Why a folder cannot be watched, and the way out. */
export function watchFailure(path: string, { code = "", message }: NodeJS.ErrnoException): Failure {
  const limit = limits[code];
  const why =
    limit === undefined
      ? message
      : `this machine watches as many as ${limit[0]} lets it.\nClose another program that watches, or raise it: \`sudo sysctl ${limit[0]}=${limit[1]}\`.`;
  return new Failure("environment", `${printableName(path)} cannot be watched: ${why}`);
}

/** What Linux answers where a limit is reached, and a value that is common. */
const limits: Readonly<Record<string, readonly [string, number]>> = {
  ENOSPC: ["fs.inotify.max_user_watches", 524_288],
  EMFILE: ["fs.inotify.max_user_instances", 1_024],
};
