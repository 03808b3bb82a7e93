import { setTimeout as delay } from "node:timers/promises";
import type { Project } from "../project/project.ts";
import type { FileKinds } from "./file-kind.ts";
import { watchFolders } from "./folder-watch.ts";
import { type FileChange, watchedFiles } from "./watched-files.ts";

/** What changed together. */
export interface Batch {
  /** When the first of it was noticed, by `performance.now()`. */
  readonly since: number;
  /** At least one. */
  readonly changes: readonly FileChange[];
}

/** The changes of a project's files, as they come. */
export interface Changes extends Disposable {
  /**
   * Resolves once something has changed, since the last batch, and nothing more came for a moment. To be called again when it
   * has resolved; what changes in between is in the next batch.
   *
   * @throws what `signal` says, or Failure if the machine watches as many folders as it may
   */
  next(signal: AbortSignal): Promise<Batch>;
  /** These files are as they are by our own doing. From the root, with slashes. */
  accept(files: Iterable<string>): void;
}

/** How long a batch waits for more. Milliseconds. */
export interface Pace {
  /** An editor writes a file in several steps, and git many files. */
  readonly quietMs: number;
  /** What changes without end is not waited for. */
  readonly longestMs: number;
}

/**
 * Watches the files of a project.
 *
 * @throws Failure if the machine watches as many folders as it may
 */
export function watchChanges(
  project: Project,
  kinds: () => FileKinds,
  pace: Pace = { quietMs: 30, longestMs: 500 },
): Changes {
  let first: number | undefined;
  let last = 0;
  let wake = () => {};
  const watch = watchFolders(() => {
    last = performance.now();
    first ??= last;
    wake();
  });
  const files = watchedFiles(project, kinds, watch);

  function happened(signal: AbortSignal): Promise<void> {
    if (first !== undefined) return Promise.resolve();
    return new Promise((done, failed) => {
      const stop = () => failed(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      wake = () => {
        signal.removeEventListener("abort", stop);
        done();
      };
    });
  }

  return {
    async next(signal) {
      for (;;) {
        signal.throwIfAborted();
        await happened(signal);
        const since = first ?? last;
        for (;;) {
          const wait = Math.min(last + pace.quietMs, since + pace.longestMs) - performance.now();
          if (wait <= 0) break;
          await delay(wait, undefined, { signal });
        }
        // Before the look: what happens from here on is for the next one.
        first = undefined;
        const changes = files.take();
        if (changes.length > 0) return { since, changes };
      }
    },
    accept: files.accept,
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}
