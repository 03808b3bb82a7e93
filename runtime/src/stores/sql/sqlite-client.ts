import type { Worker } from "node:worker_threads";
import { EgoError } from "../../error/ego-error.ts";
import type { OpenRequest, Operations, WorkerReply, WorkerRequest } from "./sqlite-protocol.ts";
import { leaveWorker, takeWorker } from "./sqlite-threads.ts";
import { failureFromWorker } from "./sqlite-worker-failure.ts";

/** The main thread's end of a worker. */
export interface WorkerClient {
  /**
   * Starts the worker and opens the database.
   *
   * @throws EgoError as the store's `open` does
   */
  open(): Promise<Operations["open"]["reply"]>;
  /**
   * Asks the worker. Requests of one turn travel together, and are done in order; but while a session is open, what
   * writes is done after it, and what reads at once. A worker that died is started again.
   *
   * @param buffers are handed over: they are of no use to the caller afterwards
   * @throws EgoError `unavailable` if the worker dies before it answers
   */
  ask<Kind extends keyof Operations>(
    kind: Kind,
    body: Operations[Kind]["request"],
    buffers?: readonly ArrayBuffer[],
  ): Promise<Operations[Kind]["reply"]>;
  /** A number that changes when a message goes: what was asked while it was the same can still be added to. */
  readonly turn: number;
  /** Closes the database and ends the worker, after all that was asked before. */
  close(): Promise<void>;
}

/** Makes the client of a database; `request` opens it, also in a worker that replaces a dead one. */
export function workerClient(request: OpenRequest): WorkerClient {
  const { filename } = request;
  let thread: Thread | undefined;
  let starting: Promise<Operations["open"]["reply"]> | undefined;
  let state: "new" | "open" | "closed" = "new";

  function start(): Promise<Operations["open"]["reply"]> {
    // One that a failure ended may still have the file open.
    starting ??= (thread?.exited ?? Promise.resolve())
      .then(() => startThread(filename, request))
      .then(({ started, reply }) => {
        thread = started;
        return reply;
      })
      .finally(() => {
        starting = undefined;
      });
    return starting;
  }

  async function running(): Promise<Thread> {
    if (state !== "open") {
      throw new EgoError(
        "unavailable",
        `The store of ${JSON.stringify(filename)} is ${state === "new" ? "not open yet" : "closed"}.`,
      );
    }
    if (filename === ":memory:" || filename === "") {
      throw new EgoError("data_loss", "The database in memory was lost with its worker thread. Use a file.");
    }
    await start();
    return thread?.alive ? thread : running();
  }

  return {
    async open() {
      if (state === "open" || starting !== undefined) {
        throw new EgoError(
          "invalid_argument",
          `The store of ${JSON.stringify(filename)} is open already: give each engine a store of its own.`,
        );
      }
      const reply = await start();
      state = "open";
      return reply;
    },
    ask(kind, body, buffers) {
      if (thread?.alive && state === "open") return thread.ask(kind, body, buffers);
      return running().then((ready) => ready.ask(kind, body, buffers));
    },
    get turn() {
      return thread?.turn ?? 0;
    },
    async close() {
      if (state !== "open") return;
      state = "closed";
      await starting?.catch(() => undefined);
      await thread?.close();
      thread = undefined;
    },
  };
}

interface Thread {
  readonly alive: boolean;
  readonly turn: number;
  /** Resolves when nothing of it is left. */
  readonly exited: Promise<void>;
  readonly ask: WorkerClient["ask"];
  readonly close: WorkerClient["close"];
}

/** Counts the messages to all threads. */
let turns = 0;

interface Pending {
  resolve(body: never): void;
  reject(failure: EgoError): void;
}

async function startThread(
  filename: string,
  request: OpenRequest,
): Promise<{ started: Thread; reply: Operations["open"]["reply"] }> {
  const started = threadOf(takeWorker(), filename);
  try {
    return { started, reply: await started.ask("open", request) };
  } catch (failure) {
    await started.close();
    throw failure;
  }
}

function threadOf(worker: Worker, filename: string): Thread {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let queue: WorkerRequest[] = [];
  let transfers: ArrayBuffer[] = [];
  let ended: EgoError | undefined;
  let turn = ++turns;
  const exited = Promise.withResolvers<void>();

  function send(): void {
    if (queue.length === 0) return;
    const requests = queue;
    const buffers = transfers;
    queue = [];
    transfers = [];
    turn = ++turns;
    if (ended === undefined) worker.postMessage(requests, buffers);
  }

  /** Answers a request, and gives the failure after which the worker is of no use. */
  function settle(reply: WorkerReply): EgoError | undefined {
    const request = pending.get(reply.id);
    pending.delete(reply.id);
    if (!("failure" in reply)) {
      request?.resolve(reply.body as never);
      return undefined;
    }
    const failure = failureFromWorker(reply.failure);
    request?.reject(failure);
    return reply.failure.fatal ? failure : undefined;
  }

  function end(cause: unknown): void {
    if (ended !== undefined) return;
    ended = new EgoError(
      "unavailable",
      `The worker thread of the database ${JSON.stringify(filename)} died; whether its last requests were stored is not known.${cause instanceof Error ? ` (${cause.message})` : ""}`,
      { cause },
    );
    for (const request of pending.values()) request.reject(ended);
    pending.clear();
  }

  function answered(replies: readonly WorkerReply[]): void {
    const fatal = replies.map(settle).find((failure) => failure !== undefined);
    // An idle store does not keep the process alive.
    if (pending.size === 0) worker.unref();
    if (fatal === undefined) return;
    // The next request opens the file anew.
    end(fatal);
    void worker.terminate();
  }

  function gone(): void {
    end(undefined);
    exited.resolve();
  }

  worker.on("message", answered).on("error", end).on("messageerror", end).on("exit", gone);

  const thread: Thread = {
    get alive() {
      return ended === undefined;
    },
    exited: exited.promise,
    get turn() {
      return turn;
    },
    ask(kind, body, buffers = []) {
      if (ended !== undefined) return Promise.reject(ended);
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      const id = nextId++;
      if (pending.size === 0) worker.ref();
      pending.set(id, { resolve, reject });
      if (queue.length === 0) queueMicrotask(send);
      queue.push({ id, kind, body } as WorkerRequest);
      for (const buffer of buffers) transfers.push(buffer);
      return promise;
    },
    async close() {
      const closed = await thread.ask("close", null).then(
        () => true,
        // A worker that died has closed its database.
        () => false,
      );
      if (!closed || ended !== undefined) {
        await worker.terminate();
        return;
      }
      worker.off("message", answered).off("error", end).off("messageerror", end).off("exit", gone);
      gone();
      await leaveWorker(worker);
    },
  };
  return thread;
}
