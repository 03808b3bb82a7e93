import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Database, TestDatabase } from "../../../../test/servers/database.ts";
import { pglite } from "../../../../test/servers/pglite.ts";
import { postgres } from "../../../../test/servers/postgres.ts";
import type { EntityTable } from "../../codegen/entity.ts";
import type { Append, EventStore, StoredEvent } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { memoryStore } from "../memory/memory-store.ts";
import { postgresStore } from "../sql/postgres.ts";
import { sqliteStore } from "../sql/sqlite.ts";

/** A store under test, with all parts that the built-in ones have. */
export type FullStore = Store & { readonly states: StateStore };

/** One journal, and the stores that were opened on it. */
export interface Journal extends AsyncDisposable {
  /** Opens a store on the journal, beside those that are open. */
  open(): Promise<FullStore>;
}

/** A kind of store. */
export interface StoreCase {
  readonly name: string;
  /** Why it cannot be had here; undefined if it can. */
  readonly skipped?: string;
  journal(entities?: readonly EntityTable[]): Journal;
}

/** The stores that every case of the contract runs over. */
export const storeCases: readonly StoreCase[] = [
  {
    name: "memory",
    journal() {
      const store = memoryStore() as FullStore;
      return { open: async () => store, [Symbol.asyncDispose]: async () => undefined };
    },
  },
  {
    name: "sqlite",
    journal(entities = []) {
      const folder = temporaryFolder();
      const opened: FullStore[] = [];
      return {
        async open() {
          const store = sqliteStore({ filename: join(folder.path, "journal.db") });
          await store.open?.(entities);
          opened.push(store);
          return store;
        },
        async [Symbol.asyncDispose]() {
          for (const store of opened) await store.close?.();
          folder[Symbol.dispose]();
        },
      };
    },
  },
  ...[postgres, pglite].map(
    (database): StoreCase => ({
      name: database.name,
      ...(database.skipped === undefined ? {} : { skipped: database.skipped }),
      journal(entities = []) {
        const schema = `journal_${schemas++}`;
        const opened: FullStore[] = [];
        return {
          async open() {
            const { url, dialect } = await databaseOf(database);
            const store = postgresStore({ ...(url ? { connectionString: url } : { dialect: dialect() }), schema });
            await store.open?.(entities);
            opened.push(store);
            return store;
          },
          async [Symbol.asyncDispose]() {
            for (const store of opened) await store.close?.();
          },
        };
      },
    }),
  ),
];

/** Runs a suite on each kind of store; the name of one that cannot be had here says why. */
export function describeStores(title: string, suite: (store: StoreCase) => void): void {
  for (const store of storeCases) {
    const { name, skipped } = store;
    describe.skipIf(skipped !== undefined)(`${title} ${skipped === undefined ? name : `${name} [${skipped}]`}`, () => {
      // What the first test waits for: a server. A hook may take longer than a test.
      beforeAll(async () => {
        await using journal = store.journal();
        await journal.open();
      });
      afterAll(async () => {
        for (const database of open.values()) await (await database).close();
        open.clear();
      });
      suite(store);
    });
  }
}

// One database for a test file: each journal has a schema of its own.
let schemas = 0;
const open = new Map<Database, Promise<TestDatabase>>();

function databaseOf(database: Database): Promise<TestDatabase> {
  let made = open.get(database);
  if (!made) {
    made = database.open();
    open.set(database, made);
  }
  return made;
}

/** A folder that is gone at the end of the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "ego-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** An append of `count` events, as tests need them. */
export function appendOf(
  entityId: string,
  expectedRevision: number,
  fields: Partial<Append> & { count?: number } = {},
): Append {
  const { count = 1, ...rest } = fields;
  const entityType = rest.entityType ?? "account";
  return {
    entityType,
    entityId,
    shard: shardOf(entityType, entityId, 64),
    expectedRevision,
    events: Array.from({ length: count }, (_, index) => ({
      type: "bank.v1.Credited",
      payload: Uint8Array.of(expectedRevision, index),
    })),
    metadata: Uint8Array.of(7),
    commandId: `${entityId}-${expectedRevision}`,
    recordedAt: 1_700_000_000_000 + expectedRevision,
    ...rest,
  };
}

/** All events of a journal, shard by shard, read in pages of a few. */
export async function readAll(events: EventStore, page = 7): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let shard = 0; shard < events.shardCount; shard++) {
    let position = 0;
    for (;;) {
      const found = await events.read(shard, position, page);
      all.push(...found);
      if (found.length < page) break;
      position = found.at(-1)?.position ?? position;
    }
  }
  return all;
}

/** What is wrong with the numbers of a journal: positions per shard and revisions per entity are 1, 2, 3 …. */
export function holesIn(events: readonly StoredEvent[]): string[] {
  const holes: string[] = [];
  const positions = new Map<number, number>();
  const revisions = new Map<string, number>();
  for (const event of events) {
    const position = (positions.get(event.shard) ?? 0) + 1;
    positions.set(event.shard, position);
    if (event.position !== position) holes.push(`shard ${event.shard}: ${event.position} instead of ${position}`);
    const entity = JSON.stringify([event.entityType, event.entityId]);
    const revision = (revisions.get(entity) ?? 0) + 1;
    revisions.set(entity, revision);
    if (event.revision !== revision) holes.push(`${entity}: ${event.revision} instead of ${revision}`);
  }
  return holes;
}
