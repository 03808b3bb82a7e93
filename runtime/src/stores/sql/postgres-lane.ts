import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult } from "../../journal/event-store.ts";
import { EntityMap } from "../entity-map.ts";
import { Heads } from "./heads.ts";
import { PostgresArray } from "./postgres-array.ts";
import { namesIn, type Placed, packBatch } from "./postgres-batch.ts";
import type { PostgresConnection } from "./postgres-driver.ts";
import { constraintOf, isConnectionLost, isUniqueViolation } from "./postgres-failure.ts";
import type { PostgresNames } from "./postgres-names.ts";
import type { EventStatements } from "./postgres-statements.ts";

/** What a lane needs of the store. */
export interface PostgresLaneOptions {
  readonly names: PostgresNames;
  readonly statements: EventStatements;
  /** A connection that works; waits for the server a while if it is gone. */
  connect(): Promise<PostgresConnection>;
  /** For how long a batch is tried again whose connections break. */
  readonly reconnectMs: number;
}

/** How often a call may meet a conflict that is gone when it is looked for. */
const maxConflicts = 3;

/** How long a batch is tried. */
interface Patience {
  conflicts: number;
  /** When it is given up if connections go on breaking: by `performance.now()`. */
  readonly until: number;
}

/** Appends on a connection of its own, one batch after another. */
export class PostgresLane {
  readonly #options: PostgresLaneOptions;
  #connection: PostgresConnection | undefined;
  /** Heads that this connection wrote. A new one trusts nothing: the server may be another one, and have lost commits. */
  #heads = new Heads();
  #last: Promise<unknown> = Promise.resolve();
  #broken: EgoError | undefined;

  constructor(options: PostgresLaneOptions) {
    this.#options = options;
  }

  append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    const result = this.#last.then(() => this.#append(batch));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#connection?.close();
    this.#connection = undefined;
  }

  async #append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    if (this.#broken) throw this.#broken;
    const results: AppendResult[] = [];
    try {
      const { chained, gaps } = chainsOf(batch, results);
      const patience: Patience = { conflicts: 0, until: performance.now() + this.#options.reconnectMs };
      let left = chained;
      while (left.length > 0) left = await this.#try(left, results, patience);
      for (const { index, after, head } of gaps) {
        const result = results[after] as AppendResult;
        results[index] = { stored: false, head: result.stored ? head : result.head };
      }
    } catch (failure) {
      this.#heads.clear();
      if (failure instanceof EgoError && failure.code === "data_loss") this.#broken = failure;
      throw failure;
    }
    return results;
  }

  /** One call. Answers what it can, and returns what has to be sent again. */
  async #try(batch: readonly Placed[], results: AppendResult[], patience: Patience): Promise<readonly Placed[]> {
    const { names, statements } = this.#options;
    const connection = await this.#connected();
    const appends = batch.map(({ append }) => append);
    const ids = await names.idsOf(connection, namesIn(appends));
    const packed = packBatch(batch, ids, this.#heads);
    try {
      const [row] = await connection.run(statements.append, packed.values);
      const refused = row?.refused as readonly unknown[] | null | undefined;
      if (refused) {
        const stale = refused.map((at) => packed.verified[Number(at) - 1] as Placed);
        return this.#refuse(connection, batch, stale, ids, results);
      }
      const base = row?.base as readonly unknown[];
      for (const [at, { append, index }] of batch.entries()) {
        const { shard, offset } = packed.places[at] as { shard: number; offset: number };
        results[index] = { stored: true, position: Number(base[shard]) + offset };
        const head = append.expectedRevision + append.events.length;
        this.#heads.set(ids.get(append.entityType) as number, append.entityId, head);
      }
      return [];
    } catch (failure) {
      if (isUniqueViolation(failure)) {
        if (constraintOf(failure) === "ego_events_position") throw corrupted(failure);
        const rest = await this.#refuse(connection, batch, batch, ids, results);
        // A conflict has somebody who wrote, and whose head is then seen. Should it not be, this is no endless loop.
        if (rest.length === batch.length && ++patience.conflicts > maxConflicts) throw failure;
        return rest;
      }
      if (!isConnectionLost(failure) || performance.now() > patience.until) throw failure;
      this.#heads.clear();
      await connection.close();
      return this.#resolve(batch, ids, results);
    }
  }

  /** Refuses those of `suspects` whose entity is not where they take it for, and all later ones of these entities. */
  async #refuse(
    connection: PostgresConnection,
    batch: readonly Placed[],
    suspects: readonly Placed[],
    ids: ReadonlyMap<string, number>,
    results: AppendResult[],
  ): Promise<readonly Placed[]> {
    const seen = new EntityMap<string, true>();
    const firsts = suspects.filter(({ append: { entityType, entityId } }) => {
      if (seen.get(entityType, entityId)) return false;
      seen.set(entityType, entityId, true);
      return true;
    });
    const rows = await connection.run(this.#options.statements.heads, [
      new PostgresArray(
        "int4",
        firsts.map(({ append }) => ids.get(append.entityType) as number),
      ),
      new PostgresArray(
        "text",
        firsts.map(({ append }) => append.entityId),
      ),
    ]);
    const stale = new EntityMap<string, number>();
    for (const [at, { append }] of firsts.entries()) {
      const head = Number(rows[at]?.head);
      this.#heads.set(ids.get(append.entityType) as number, append.entityId, head);
      if (head !== append.expectedRevision) stale.set(append.entityType, append.entityId, head);
    }
    return batch.filter(({ append, index }) => {
      const head = stale.get(append.entityType, append.entityId);
      if (head === undefined) return true;
      results[index] = { stored: false, head };
      return false;
    });
  }

  /** After the connection broke: finds out whether the batch, which is stored as a whole or not at all, was stored. */
  async #resolve(
    batch: readonly Placed[],
    ids: ReadonlyMap<string, number>,
    results: AppendResult[],
  ): Promise<readonly Placed[]> {
    const connection = await this.#connected();
    const shards = [...new Set(batch.map(({ append }) => append.shard))].sort((a, b) => a - b);
    const rows = await connection.run(this.#options.statements.stored, [
      new PostgresArray("int4", shards),
      new PostgresArray(
        "int4",
        batch.map(({ append }) => ids.get(append.entityType) as number),
      ),
      new PostgresArray(
        "text",
        batch.map(({ append }) => append.entityId),
      ),
      new PostgresArray(
        "int8",
        batch.map(({ append }) => append.expectedRevision + 1),
      ),
    ]);
    const stored = new Map(rows.map((row) => [Number(row.at) - 1, row]));
    return batch.filter(({ append, index }, at) => {
      const row = stored.get(at);
      if (row?.command !== append.commandId) return true;
      results[index] = { stored: true, position: Number(row.place) + append.events.length - 1 };
      return false;
    });
  }

  async #connected(): Promise<PostgresConnection> {
    if (!this.#connection || this.#connection.lost) {
      this.#heads.clear();
      this.#connection = await this.#options.connect();
    }
    return this.#connection;
  }
}

/** What does not follow the append of the same entity before it in the batch. */
interface Gap {
  readonly index: number;
  /** Index of the first append of the entity. */
  readonly after: number;
  /** The head if what comes before is stored. */
  readonly head: number;
}

/** Finds the appends that can be stored, if the first of each entity can, and those that cannot. */
function chainsOf(
  batch: readonly Append[],
  results: AppendResult[],
): { readonly chained: readonly Placed[]; readonly gaps: readonly Gap[] } {
  const chains = new EntityMap<string, { readonly after: number; head: number; broken: boolean }>();
  const chained: Placed[] = [];
  const gaps: Gap[] = [];
  for (const [index, append] of batch.entries()) {
    const { entityType, entityId, expectedRevision, events } = append;
    if (events.length === 0) {
      results[index] = { stored: true, position: 0 };
      continue;
    }
    const chain = chains.get(entityType, entityId);
    if (chain && (chain.broken || chain.head !== expectedRevision)) {
      chain.broken = true;
      gaps.push({ index, after: chain.after, head: chain.head });
      continue;
    }
    const head = expectedRevision + events.length;
    if (chain) chain.head = head;
    else chains.set(entityType, entityId, { after: index, head, broken: false });
    chained.push({ append, index });
  }
  return { chained, gaps };
}

function corrupted(cause: unknown): EgoError {
  return new EgoError(
    "data_loss",
    "The journal has an event at a position that its index does not know. Stop writing to it, and restore a backup.",
    { cause },
  );
}
