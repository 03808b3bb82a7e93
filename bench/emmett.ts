import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install } from "../test/servers/server/install.ts";
import type { Place } from "./place.ts";
import type { StoreKind } from "./scenario.ts";

/** Emmett, with one stream per account, as a user of it would write it. */
export interface Emmett extends AsyncDisposable {
  /** Appends one event, whatever the version of the stream. */
  append(accountId: string): Promise<void>;
  /** Handles one command: reads the stream, folds it, decides, appends at the version that was read. */
  handle(accountId: string): Promise<void>;
  /** The events of a stream. */
  count(accountId: string): Promise<number>;
}

interface Credited {
  readonly type: "AccountCredited";
  readonly data: { readonly accountId: string; readonly amountCents: number };
  readonly metadata: Readonly<Record<string, string>>;
}

/** As much of Emmett as is used here: it is installed on demand, so the compiler does not see its types. */
interface EventStore {
  appendToStream(stream: string, events: readonly Credited[]): Promise<unknown>;
  readStream(stream: string): Promise<{ readonly events: readonly unknown[] }>;
  close?(): Promise<void>;
}

type Handle = (store: EventStore, stream: string, decide: (state: State) => Credited) => Promise<unknown>;

interface State {
  readonly balanceCents: number;
}

interface Core {
  CommandHandler(options: {
    readonly evolve: (state: State, event: Credited) => State;
    readonly initialState: () => State;
    readonly retry: { readonly onVersionConflict: object };
  }): Handle;
}

interface SqliteConnection {
  close(): void;
}

interface OnSqlite {
  sqliteConnection(options: { readonly fileName: string }): SqliteConnection;
  getSQLiteEventStore(options: object): EventStore;
}

interface OnPostgres {
  getPostgreSQLEventStore(url: string): EventStore;
}

const folder = join(import.meta.dirname, "peers");

/**
 * Opens Emmett on a database of its own, made by itself with its own settings.
 *
 * @throws Error if it is not there and cannot be installed
 */
export async function openEmmett(kind: Exclude<StoreKind, "memory">, place: Place): Promise<Emmett> {
  const { CommandHandler } = await load<Core>("emmett");
  const { store, close, oneAtATime } = kind === "sqlite" ? await onSqlite(place) : await onPostgres(place);
  const handle = CommandHandler({
    evolve: (state, { data }) => ({ balanceCents: state.balanceCents + data.amountCents }),
    initialState: () => ({ balanceCents: 0 }),
    // As often as it takes: others write the same stream.
    retry: { onVersionConflict: { retries: 100_000, minTimeout: 1, maxTimeout: 20, randomize: true } },
  });
  const creditOf = (accountId: string): Credited => ({
    type: "AccountCredited",
    data: { accountId, amountCents: 1 },
    metadata: { actor: "ann" },
  });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): Promise<void> => {
    const done = oneAtATime ? last.then(work) : work();
    last = done;
    return done.then(() => undefined);
  };
  return {
    append: (accountId) => inTurn(() => appended(store, accountId, creditOf(accountId))),
    handle: (accountId) => inTurn(() => handle(store, accountId, () => creditOf(accountId))),
    count: async (accountId) => (await store.readStream(accountId)).events.length,
    [Symbol.asyncDispose]: close,
  };
}

/** Emmett refuses appends to one stream that cross, also of those who give no version: then they go again. */
async function appended(store: EventStore, stream: string, event: Credited): Promise<void> {
  for (;;) {
    try {
      await store.appendToStream(stream, [event]);
      return;
    } catch (failure) {
      if ((failure as { readonly errorCode?: number }).errorCode !== versionConflict) throw failure;
    }
  }
}

const versionConflict = 412;

interface Opened {
  readonly store: EventStore;
  readonly close: () => Promise<void>;
  readonly oneAtATime: boolean;
}

/** One connection, which callers take turns on: Emmett's transactions on one connection run into each other otherwise. */
async function onSqlite({ filename }: Place): Promise<Opened> {
  const { sqliteConnection, getSQLiteEventStore } = await load<OnSqlite>("emmett-sqlite");
  const connection = sqliteConnection({ fileName: filename });
  const store = getSQLiteEventStore({
    fileName: filename,
    connectionOptions: { singleton: true, connection },
    schema: { autoMigration: "CreateOrUpdate" },
  });
  return { store, close: async () => connection.close(), oneAtATime: true };
}

/** The pool that it makes by default, on a database of its own: its tables have fixed names. */
async function onPostgres({ url, schema }: Place): Promise<Opened> {
  const { Client } = await import("pg");
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${schema}`);
  await admin.end();
  const { getPostgreSQLEventStore } = await load<OnPostgres>("emmett-postgresql");
  const database = new URL(url);
  database.pathname = `/${schema}`;
  const store = getPostgreSQLEventStore(database.href);
  return { store, close: async () => store.close?.(), oneAtATime: false };
}

async function load<Module>(name: string): Promise<Module> {
  const path = await install(`@event-driven-io/${name}`, folder);
  return (await import(pathToFileURL(join(path, "dist/index.js")).href)) as Module;
}
