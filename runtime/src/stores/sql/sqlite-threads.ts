import { Worker } from "node:worker_threads";

// The thread runs this package's code only, so flags of the program (--import, --input-type) are not for it.
const options = { name: "ego-sqlite", execArgv: ["--disable-warning=ExperimentalWarning"] };

// The worker is this file's neighbour in the sources, run unbuilt, and in the built package.
const url = new URL(`./sqlite-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** How long a worker without a database waits for the next. */
const patienceMs = 1_000;

interface Spare {
  readonly worker: Worker;
  /** Stops the waiting. */
  take(): void;
}

let spare: Spare | undefined;

/**
 * A worker without a database: one whose database was closed just before, or a new one. What takes long in opening a
 * store is that a new one loads Kysely; tests open one store after the other.
 */
export function takeWorker(): Worker {
  if (spare === undefined) return new Worker(url, options);
  const { worker } = spare;
  spare.take();
  return worker;
}

/** Takes a worker back that closed its database, and has no listeners: it waits for the next, or ends. */
export async function leaveWorker(worker: Worker): Promise<void> {
  if (spare !== undefined) {
    await worker.terminate();
    return;
  }
  const stop = () => {
    clearTimeout(timer);
    worker.off("error", stop).off("exit", stop);
    spare = undefined;
  };
  const timer = setTimeout(() => {
    stop();
    void worker.terminate();
  }, patienceMs);
  // Neither keeps the process alive.
  timer.unref();
  worker.unref();
  worker.on("error", stop).on("exit", stop);
  spare = { worker, take: stop };
}
