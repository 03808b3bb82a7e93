import { createHash } from "node:crypto";
import type { Timing } from "../../clock/clock.ts";
import type { StoreSignals } from "../../journal/store-signals.ts";
import type { PgClient, PgPool } from "./pg-driver.ts";

/** Signals by one connection, until they are closed. */
export interface ClosableSignals extends StoreSignals {
  close(): Promise<void>;
}

/**
 * The shortest time between two signals of one program: those behind the first are one. Whoever has heard the first looks
 * again every few milliseconds while there is something to be found.
 */
const shortestMs = 100;
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
  let client: Promise<HeldClient> | undefined;
  /** The one that the pool gave, also while it does not answer yet. */
  let taken: HeldClient | undefined;
  let closed = false;
  let pauseMs = firstPauseMs;
  let callOffRetry: (() => void) | undefined;
  /** There is one to be sent, as soon as its time has come. */
  let waiting: (() => void) | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  /** One is on its way: pg is to be asked one thing at a time. */
  let sending = false;
  let again = false;

  function heard(): void {
    for (const listener of listeners) listener();
  }

  function lost(connection: Promise<HeldClient>): void {
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

  function connected(): Promise<HeldClient> {
    client ??= connect();
    return client;
  }

  function connect(): Promise<HeldClient> {
    const connecting = pool.connect().then(async (made) => {
      const held = heldClient(made);
      if (closed) held.release();
      taken = held;
      const broke = () => {
        // Or its pool would wait for it.
        held.release();
        lost(connecting);
      };
      made.on("error", broke);
      made.on("end", broke);
      (made as unknown as NotifiedClient).on("notification", ({ payload }) => {
        if (payload !== self) heard();
      });
      try {
        // A signal is a transaction to Postgres: what is lost with the server need not wait for the disk, nor those behind it.
        await made.query("set synchronous_commit = off");
        await made.query(`listen ${channel}`);
      } catch (failure) {
        held.release();
        throw failure;
      }
      pauseMs = firstPauseMs;
      // What was said meanwhile was not heard.
      heard();
      return held;
    });
    connecting.catch(() => lost(connecting));
    return connecting;
  }

  async function notify(): Promise<void> {
    waiting = undefined;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    sentAt = timing.now();
    const connecting = connected();
    try {
      const { client: connection } = await connecting;
      await connection.query("select pg_notify($1, $2)", [channel, self]);
    } catch {
      // The others find by looking what they were not told.
      void connecting.then(
        (held) => held.release(),
        () => undefined,
      );
      lost(connecting);
    }
    sending = false;
    if (!again) return;
    again = false;
    send();
  }

  function send(): void {
    if (closed || waiting) return;
    const wait = Math.max(0, shortestMs - (timing.now() - sentAt));
    waiting = timing.after(wait, () => void notify(), true);
  }

  return {
    send,
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
      client = undefined;
      taken?.release();
    },
  };
}

/** A client of the pool, for one's own. */
interface HeldClient {
  readonly client: PgClient;
  /** Gives it back, to be ended; again, it does nothing. */
  release(): void;
}

function heldClient(client: PgClient): HeldClient {
  let released = false;
  return {
    client,
    release() {
      if (released) return;
      released = true;
      client.release(true);
    },
  };
}

interface NotifiedClient {
  on(event: "notification", listener: (notification: { readonly payload?: string }) => void): unknown;
}
