import {
  type AnyProjection,
  type CustomProjection,
  Engine,
  type ProjectionTuning,
  projection,
  type Store,
} from "@ego/runtime";
import { mysqlStore } from "@ego/runtime/mysql";
import { postgresStore } from "@ego/runtime/postgres";
import { sqliteStore } from "@ego/runtime/sqlite";
import { Kysely, type Transaction } from "kysely";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { Database, TestDatabase } from "../servers/database.ts";

/** What a witness has written, with the tables of the journal that tests look at, or into. */
export interface WitnessDatabase {
  readonly seen: Seen;
  readonly ego_events: Stored;
  readonly ego_types: { readonly id: number; readonly name: string };
  readonly ego_offsets: { projection: string; shard: number; position: number };
  readonly ego_shards: { readonly shard: number };
}

interface Seen {
  /** Given by the database: the order in which rows were written. */
  readonly n: number;
  readonly projection: string;
  readonly shard: number;
  readonly position: number;
  readonly entity_id: string;
  readonly revision: number;
  readonly command_id: string;
}

interface Stored {
  readonly shard: number;
  readonly position: number;
  readonly entity_type: number;
  readonly entity_id: string;
  readonly revision: number;
  readonly event_type: number;
  readonly payload: Uint8Array | null;
  readonly metadata: Uint8Array;
  readonly recorded_at: number;
  readonly command_id: string | null;
}

/** Where an event is. */
export interface Place {
  readonly shard: number;
  readonly position: number;
  readonly entityId: string;
  readonly revision: number;
}

/** A journal in a database of its own, and what projections have written there about what they were given. */
export class WitnessedJournal implements AsyncDisposable {
  readonly db: Kysely<WitnessDatabase>;
  readonly place: TestDatabase;
  readonly #database: Database;
  readonly #engines: Engine[] = [];
  /** Failures and warnings of all engines. */
  readonly log: string[] = [];

  private constructor(database: Database, place: TestDatabase) {
    this.#database = database;
    this.place = place;
    this.db = new Kysely({ dialect: place.dialect() });
  }

  static async open(database: Database): Promise<WitnessedJournal> {
    const journal = new WitnessedJournal(database, await database.open());
    const { family } = database;
    await journal.db.schema
      .createTable("seen")
      .addColumn("n", family === "postgres" ? "serial" : "integer", (column) =>
        family === "postgres" ? column.primaryKey() : column.primaryKey().autoIncrement(),
      )
      .addColumn("projection", "varchar(100)", (column) => column.notNull())
      .addColumn("shard", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("entity_id", "varchar(100)", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("command_id", "varchar(100)", (column) => column.notNull())
      .execute();
    return journal;
  }

  /** A store for one engine. */
  store(): Store {
    const { url = "" } = this.place;
    switch (this.#database.name) {
      case "sqlite":
        return sqliteStore({ filename: url, busyTimeoutMs: 30_000 });
      case "pglite":
        return postgresStore({ dialect: this.place.dialect() });
      case "postgres":
        return postgresStore({ connectionString: url });
      case "mariadb":
        return mysqlStore({ connectionString: url });
    }
  }

  /** Starts an engine, which is stopped with the journal. */
  async start(projections: readonly AnyProjection[], clock?: { readonly now: () => number }): Promise<Engine> {
    const note = (message: string) => void this.log.push(message);
    const engine = await Engine.start({
      store: this.store(),
      entities: [account.implement(accountBehavior)],
      projections,
      logger: { error: note, warn: note },
      ...(clock && { clock }),
    });
    this.#engines.push(engine);
    return engine;
  }

  /** What a projection has seen, in the order in which it was written. */
  async seenBy(projection: string): Promise<readonly (Place & { readonly commandId: string })[]> {
    const rows = await this.db
      .selectFrom("seen")
      .selectAll()
      .where("projection", "=", projection)
      .orderBy("n")
      .execute();
    return rows.map((row) => ({ ...placeOf(row), commandId: String(row.command_id) }));
  }

  /** All that is stored, by shard and position. */
  async stored(): Promise<readonly Place[]> {
    const rows = await this.db
      .selectFrom("ego_events")
      .select(["shard", "position", "entity_id", "revision"])
      .orderBy("shard")
      .orderBy("position")
      .execute();
    return rows.map(placeOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.#engines) await engine.stop();
    await this.db.destroy();
    await this.place.close();
  }
}

function placeOf(row: Pick<Seen, "shard" | "position" | "entity_id" | "revision">): Place {
  return {
    shard: Number(row.shard),
    position: Number(row.position),
    entityId: String(row.entity_id),
    revision: Number(row.revision),
  };
}

/** A projection that writes down what it is given, in its transaction: what was rolled back was not seen. */
export function witness(name: string, tuning: ProjectionTuning = {}): CustomProjection {
  return projection<typeof account, Transaction<WitnessDatabase>>(
    {
      name,
      entities: [account],
      handleBatch: async (events, { tx }) => {
        const rows = events.map(({ shard, position, entityId, revision, metadata }) => ({
          projection: name,
          shard,
          position,
          entity_id: entityId,
          revision,
          command_id: metadata.causationId,
        }));
        await tx
          .insertInto("seen")
          .values(rows as never)
          .execute();
      },
    },
    tuning,
  );
}

/** Waits until a projection has done all that is stored. */
export async function caughtUp(engine: Engine, projection: string): Promise<void> {
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection(projection).caughtUpTo(await stream.positions(), { timeoutMs: 15_000 });
}

/** The places of events, so that they can be compared. */
export function textsOf(places: readonly Place[]): readonly string[] {
  return places.map(({ shard, position, entityId, revision }) => `${shard}:${position} ${entityId} ${revision}`);
}

/** By entity, the revisions in the order in which they came. */
export function revisionsOf(places: readonly Place[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...Map.groupBy(places, ({ entityId }) => entityId)].map(([id, own]) => [id, own.map(({ revision }) => revision)]),
  );
}
