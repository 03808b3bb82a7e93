import { createHash } from "node:crypto";
import type { Timing } from "../../clock/clock.ts";
import type { StoreSignals } from "../../journal/store-signals.ts";
import type { PgClient, PgPool } from "./pg-driver.ts";

/** Signals by one connection, until they are closed. */
export interface ClosableSignals extends StoreSignals {
  close(): Promise<void>;
}

/** The shortest time between two signals of one program: those behind the first are one. */
const shortestMs = 20;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** The channel of a journal; a name of Postgres has 63 bytes at most. */
function channelOf(schema: string): string {
  return `ego_${createHash("sha256").update(schema).digest("hex").slice(0, 32)}`;
}

/**
 * NOTIFY and LISTEN on a connection of its own, behind the commit: in the transaction of an append it would take a lock that
 * all transactions of the server wait for.
 *
 * @param self something that no other program says: its own signals are not for it
 */
export function postgresSignals(pool: PgPool, schema: string, self: string, timing: Timing): ClosableSignals {
  const channel = channelOf(schema);
  const listeners = new Set<() => void>();
  let client: Promise<PgClient> | undefined;
  let closed = false;
  let pauseMs = firstPauseMs;
  let callOffRetry: (() => void) | undefined;
  /** There is one to be sent, as soon as its time has come. */
  let waiting: (() => void) | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;

  function heard(): void {
    for (const listener of listeners) listener();
  }

  function lost(connection: Promise<PgClient>): void {
    if (client !== connection) return;
    client = undefined;
    if (!closed && listeners.size > 0) retry();
  }

  function retry(): void {
    callOffRetry ??= timing.after(
      pauseMs,
      () => {
        callOffRetry = undefined;
        void connected().catch(() => undefined);
      },
      true,
    );
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  function connected(): Promise<PgClient> {
    client ??= connect();
    return client;
  }

  function connect(): Promise<PgClient> {
    const connecting = pool.connect().then(async (made) => {
      made.on("error", () => lost(connecting));
      made.on("end", () => lost(connecting));
      (made as unknown as NotifiedClient).on("notification", ({ payload }) => {
        if (payload !== self) heard();
      });
      try {
        await made.query(`listen ${channel}`);
      } catch (failure) {
        made.release(true);
        throw failure;
      }
      pauseMs = firstPauseMs;
      // What was said meanwhile was not heard.
      heard();
      return made;
    });
    connecting.catch(() => lost(connecting));
    return connecting;
  }

  async function notify(): Promise<void> {
    waiting = undefined;
    sentAt = timing.now();
    const connecting = connected();
    try {
      const connection = await connecting;
      await connection.query("select pg_notify($1, $2)", [channel, self]);
    } catch {
      // The others find by looking what they were not told.
      void connecting.then(
        (connection) => connection.release(true),
        () => undefined,
      );
      lost(connecting);
    }
  }

  return {
    send() {
      if (closed || waiting) return;
      const wait = Math.max(0, shortestMs - (timing.now() - sentAt));
      waiting = timing.after(wait, () => void notify(), true);
    },
    listen(listener) {
      listeners.add(listener);
      if (!client && !callOffRetry) void connected().catch(() => undefined);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closed = true;
      waiting?.();
      callOffRetry?.();
      listeners.clear();
      const closing = client;
      client = undefined;
      await closing?.then(
        (connection) => connection.release(true),
        () => undefined,
      );
    },
  };
}

interface NotifiedClient {
  on(event: "notification", listener: (notification: { readonly payload?: string }) => void): unknown;
}
