import type { Timing } from "../../clock/clock.ts";
import { type Deadline, deadlineIn, pause } from "../../clock/deadline.ts";
import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult, NewEvent } from "../../journal/event-store.ts";
import { EntityMap } from "../entity-map.ts";
import { Heads } from "./heads.ts";
import { batchOf, chainsOf, namesIn, type Placed, type SqlBatch } from "./sql-batch.ts";
import type { SqlConnection } from "./sql-driver.ts";
import { InlineFailure, type ProjectInline, storedOf } from "./sql-inline.ts";
import type { Appended, FailureKind, SqlJournal } from "./sql-journal.ts";
import type { SqlNames } from "./sql-names.ts";
import { plainBytes } from "./sql-values.ts";

/** What a lane needs of the store. */
export interface SqlLaneOptions<Connection extends SqlConnection> {
  readonly journal: SqlJournal<Connection>;
  readonly names: SqlNames<Connection>;
  /** A connection that works; waits for the server a while if it is gone. */
  connect(): Promise<Connection>;
  kindOf(failure: unknown): FailureKind | undefined;
  /**
   * For how long, from the first failure on, a batch is tried again whose connections break, or whose transactions give
   * way.
   */
  readonly reconnectMs: number;
  readonly timing: Timing;
  /** Which of several servers it is by now: what was decided before may follow from what this one has lost. */
  epoch(): number;
}

/** How often, one after another, a batch may meet a conflict that is gone when it is looked for. */
const maxConflicts = 3;

/** Milliseconds between two tries of a batch whose connections break as soon as they are made. */
const pauseMs = 20;

/** Appends on a connection of its own, one batch after another. */
export class SqlLane<Connection extends SqlConnection> {
  readonly #options: SqlLaneOptions<Connection>;
  #connection: Connection | undefined;
  /** Which server it is to. */
  #connectedTo = 0;
  /** Heads that this connection wrote. A new one trusts nothing: the server may be another one, and have lost commits. */
  #heads = new Heads();
  #last: Promise<unknown> = Promise.resolve();
  #underWay = 0;
  #broken: EgoError | undefined;

  constructor(options: SqlLaneOptions<Connection>) {
    this.#options = options;
  }

  /** @param inline what is done with what is stored, in the same transaction */
  append(batch: readonly Append[], inline?: ProjectInline): Promise<readonly AppendResult[]> {
    const epoch = this.#options.epoch();
    const append = () => this.#append(batch, epoch, inline);
    // At once, where nothing is before it: those who were answered by the last batch decide while this one is stored.
    const result = this.#underWay++ === 0 ? append() : this.#last.then(append);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#connection?.close();
    this.#connection = undefined;
  }

  async #append(
    batch: readonly Append[],
    epoch: number,
    inline: ProjectInline | undefined,
  ): Promise<readonly AppendResult[]> {
    const results: AppendResult[] = [];
    try {
      if (this.#broken) throw this.#broken;
      const { chained, gaps } = chainsOf(batch, results);
      await this.#store(chained, results, epoch, inline);
      for (const { index, after, head } of gaps) {
        const result = results[after] as AppendResult;
        results[index] = { stored: false, head: result.stored ? head : result.head };
      }
    } catch (failure) {
      this.#heads.clear();
      if (failure instanceof EgoError && failure.code === "data_loss") this.#broken = failure;
      throw failure;
    } finally {
      this.#underWay--;
    }
    return results;
  }

  /** Sends a batch until each of its appends is stored or refused. */
  async #store(
    batch: readonly Placed[],
    results: AppendResult[],
    epoch: number,
    inline: ProjectInline | undefined,
  ): Promise<void> {
    using patience = new Patience(this.#options);
    let left = batch;
    let conflicts = 0;
    let conflict = false;
    let unknown = false;
    let losses = 0;
    while (left.length > 0) {
      try {
        const connection = this.#ready ?? (await this.#connected());
        if (unknown) {
          left = await this.#resolve(connection, left, results);
          unknown = false;
        } else if (epoch !== this.#options.epoch()) {
          left = await this.#refuseAll(connection, left, results);
        } else if (conflict) {
          const rest = await this.#refuse(connection, left, left, results);
          if (rest.length < left.length) conflicts = 0;
          conflict = false;
          left = rest;
        } else left = await this.#try(connection, left, results, inline);
      } catch (failure) {
        if (failure instanceof InlineFailure) throw failure;
        const kind = this.#options.kindOf(failure);
        if (kind === "corrupted") throw corrupted(failure);
        if (kind === "conflict") {
          // A conflict has somebody who wrote, and whose head is then seen. Should it not be, this is no endless loop.
          if (++conflicts > maxConflicts) throw failure;
          conflict = true;
        } else if (kind === undefined || patience.over) throw failure;
        else if (kind === "lost") {
          unknown = !conflict;
          this.#heads.clear();
          await this.#connection?.close();
          this.#connection = undefined;
          // Where a standby answers, one can connect at once, and again and again.
          if (losses++ > 0) await pause(pauseMs, this.#options.timing);
        }
      }
    }
  }

  /** One transaction. Answers what it can, and returns what has to be sent again. */
  async #try(
    connection: Connection,
    appends: readonly Placed[],
    results: AppendResult[],
    inline: ProjectInline | undefined,
  ): Promise<readonly Placed[]> {
    const { names, journal } = this.#options;
    const used = namesIn(appends);
    const ids = names.known(used) ?? (await names.idsOf(connection, used));
    // A server that came back without its last commits lacks what was written before.
    if (connection.wandering) this.#heads.clear();
    const batch = batchOf(appends, ids, this.#heads);
    const appended = inline
      ? await this.#appendInline(connection, batch, inline)
      : await journal.append(connection, batch);
    if ("stale" in appended) return this.#refuse(connection, appends, appended.stale, results);
    for (const [at, { append, index }] of appends.entries()) {
      results[index] = storedAt(batch, at, appended.base);
      const head = append.expectedRevision + append.events.length;
      this.#heads.set(ids.get(append.entityType) as number, append.entityId, head);
    }
    return [];
  }

  /** Stores a batch, and does in its transaction what is to be done with it. */
  #appendInline(connection: Connection, batch: SqlBatch, inline: ProjectInline): Promise<Appended> {
    const appends = batch.appends.map(({ append }) => append);
    return this.#options.journal.appendWith(connection, batch, (trx, base) => {
      const results = appends.map((_, at) => storedAt(batch, at, base));
      return inline(trx, storedOf(appends, results));
    });
  }

  /** Refuses those of `suspects` whose entity is not where they take it for, and all later ones of these entities. */
  async #refuse(
    connection: Connection,
    batch: readonly Placed[],
    suspects: readonly Placed[],
    results: AppendResult[],
  ): Promise<readonly Placed[]> {
    const { names, journal } = this.#options;
    const seen = new EntityMap<string, true>();
    const firsts = suspects.filter(({ append: { entityType, entityId } }) => {
      if (seen.get(entityType, entityId)) return false;
      seen.set(entityType, entityId, true);
      return true;
    });
    const ids = await names.idsOf(connection, namesIn(firsts));
    const keys = firsts.map(({ append }) => ({ type: ids.get(append.entityType) as number, id: append.entityId }));
    const heads = await journal.heads(connection, keys);
    const stale = new EntityMap<string, number>();
    for (const [at, { append }] of firsts.entries()) {
      const head = heads[at] as number;
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

  /** Refuses all: this server may have lost what they were decided on. Whoever sent them reads, and decides again. */
  async #refuseAll(
    connection: Connection,
    batch: readonly Placed[],
    results: AppendResult[],
  ): Promise<readonly Placed[]> {
    const { names, journal } = this.#options;
    const ids = await names.idsOf(connection, namesIn(batch));
    const keys = batch.map(({ append }) => ({ type: ids.get(append.entityType) as number, id: append.entityId }));
    const heads = await journal.heads(connection, keys);
    for (const [at, { index }] of batch.entries()) results[index] = { stored: false, head: heads[at] as number };
    return [];
  }

  /** After the connection broke: finds out whether the batch, which is stored as a whole or not at all, was stored. */
  async #resolve(
    connection: Connection,
    batch: readonly Placed[],
    results: AppendResult[],
  ): Promise<readonly Placed[]> {
    const { names, journal } = this.#options;
    const ids = await names.idsOf(connection, namesIn(batch));
    const shards = [...new Set(batch.map(({ append }) => append.shard))].sort((a, b) => a - b);
    const keys = batch.map(({ append }) => ({
      type: ids.get(append.entityType) as number,
      id: append.entityId,
      revision: append.expectedRevision + 1,
    }));
    const stored = await journal.stored(connection, shards, keys);
    const left: Placed[] = [];
    for (const [at, placed] of batch.entries()) {
      const { append, index } = placed;
      const first = stored.get(at);
      if (first?.commandId === append.commandId && (await this.#isStored(connection, ids, append))) {
        results[index] = { stored: true, position: first.position + append.events.length - 1 };
      } else left.push(placed);
    }
    return left;
  }

  /**
   * Whether what is stored is what was sent. Another engine that was given the same command may have been first, and its
   * events, made at another time, need not be the same.
   */
  async #isStored(connection: Connection, ids: ReadonlyMap<string, number>, append: Append): Promise<boolean> {
    const { entityType, entityId, expectedRevision, events, metadata, recordedAt } = append;
    const key = { type: ids.get(entityType) as number, id: entityId };
    const to = expectedRevision + events.length;
    const rows = await this.#options.journal.load(connection, key, expectedRevision + 1, to, null);
    return (
      rows.length === events.length &&
      rows.every((row, at) => {
        const event = events[at] as NewEvent;
        return (
          Number(row.event_type) === ids.get(event.type) &&
          Number(row.recorded_at) === recordedAt &&
          Buffer.compare(plainBytes(row.payload), event.payload) === 0 &&
          Buffer.compare(plainBytes(row.metadata), metadata) === 0
        );
      })
    );
  }

  get #ready(): Connection | undefined {
    // Another connection may have found another server, beside which this one still answers: nobody reads there any more.
    if (this.#connection?.lost || this.#connectedTo !== this.#options.epoch()) return undefined;
    return this.#connection;
  }

  async #connected(): Promise<Connection> {
    this.#heads.clear();
    const left = this.#connection;
    this.#connection = undefined;
    await left?.close();
    this.#connection = await this.#options.connect();
    this.#connectedTo = this.#options.epoch();
    return this.#connection;
  }
}

/** What becomes of an append of a batch that is stored behind these positions. */
function storedAt({ places }: SqlBatch, at: number, base: readonly number[]): AppendResult {
  const { shard, offset } = places[at] as { shard: number; offset: number };
  return { stored: true, position: (base[shard] as number) + offset };
}

/** Starts to run out when something first fails. */
class Patience implements Disposable {
  readonly #options: Pick<SqlLaneOptions<SqlConnection>, "reconnectMs" | "timing">;
  #deadline: Deadline | undefined;

  constructor(options: Pick<SqlLaneOptions<SqlConnection>, "reconnectMs" | "timing">) {
    this.#options = options;
  }

  get over(): boolean {
    const { reconnectMs, timing } = this.#options;
    this.#deadline ??= deadlineIn(reconnectMs, timing);
    return this.#deadline.over;
  }

  [Symbol.dispose](): void {
    this.#deadline?.[Symbol.dispose]();
  }
}

function corrupted(cause: unknown): EgoError {
  return new EgoError(
    "data_loss",
    "The journal has an event at a position that its index does not know. Stop writing to it, and restore a backup.",
    { cause },
  );
}
