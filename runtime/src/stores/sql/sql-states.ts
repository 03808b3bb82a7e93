import type { Kysely, Transaction } from "kysely";
import type { Timing } from "../../clock/clock.ts";
import { deadlineIn } from "../../clock/deadline.ts";
import { EgoError } from "../../error/ego-error.ts";
import { shardOf } from "../../journal/hash.ts";
import type { Receipt, StateChange, StateChangeResult, StateStore, StoredState } from "../../journal/state-store.ts";
import { EntityMap } from "../entity-map.ts";
import type { JournalDatabase } from "./schema.ts";
import type { EntityKey } from "./sql-journal.ts";
import { orReplace } from "./sql-projection-facts.ts";
import { sqlStateShards } from "./sql-state-shards.ts";
import type { SqlStateTable } from "./sql-state-table.ts";
import { plainBytes, plainText } from "./sql-values.ts";
import { openSqlVersionReader } from "./sql-version-reader.ts";

/** What durable states need of their store. */
export interface SqlStatesOptions {
  /** The journal's tables, in their schema. */
  readonly db: Kysely<JournalDatabase>;
  readonly shardCount: number;
  /** Sees to the settings of a transaction before it writes. */
  settle(transaction: Kysely<JournalDatabase>): Promise<void>;
  /** Ids of names of entities; new ones are stored. */
  idsOf(names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** The id of a name; undefined if nothing of that name was ever stored. */
  idOf(name: string): Promise<number | undefined>;
  /** The names of ids. */
  namesOf(ids: ReadonlySet<number>): Promise<ReadonlyMap<number, string>>;
  /** The typed tables by the names of their entities. */
  readonly tables: ReadonlyMap<string, SqlStateTable>;
  /** Whether another writer was first, or in the way: the transaction goes again. */
  isConflict(failure: unknown): boolean;
  /** For how long it goes again. */
  readonly patienceMs: number;
  readonly timing: Timing;
}

/** How often a transaction goes again that met another writer. */
const maxConflicts = 10;
/** Entities of one statement: far below the number of parameters that databases take. */
const chunkSize = 500;
/** Bytes of states of one statement, unless it is a single one. */
const chunkBytes = 1 << 20;

/** Durable states on a database with transactions: the receipt of each version is its fence. */
export function openSqlStates(options: SqlStatesOptions): Required<StateStore> {
  const { db, tables, shardCount } = options;
  const shards = sqlStateShards(shardCount);

  async function save(batch: readonly StateChange[]): Promise<readonly StateChangeResult[]> {
    const ids = await options.idsOf(new Set(batch.map(({ entityType }) => entityType)));
    const results: StateChangeResult[] = [];
    let left = batch.map(
      (change, index): PlacedChange => ({
        change,
        index,
        type: ids.get(change.entityType) as number,
        shard: shardOf(change.entityType, change.entityId, shardCount),
      }),
    );
    // A row that its table refuses takes the transaction with it: the others go again without it.
    using patience = deadlineIn(options.patienceMs, options.timing);
    for (let conflicts = 0; left.length > 0; ) {
      try {
        const answered = await db
          .transaction()
          .setIsolationLevel("read committed")
          .execute((transaction) => saveAll(transaction, left));
        for (const [index, result] of answered) results[index] = result;
        break;
      } catch (failure) {
        if (failure instanceof RefusedRow) {
          results[failure.index] = { stored: false, failure: failure.reason };
          left = left.filter(({ index }) => index !== failure.index);
        } else if (!options.isConflict(failure) || ++conflicts > maxConflicts || patience.over) {
          throw failure;
        }
      }
    }
    return results;
  }

  async function saveAll(
    transaction: Transaction<JournalDatabase>,
    batch: readonly PlacedChange[],
  ): Promise<ReadonlyMap<number, StateChangeResult>> {
    await options.settle(transaction);
    const locked = [...new Set(batch.map(({ shard }) => shard))].sort((a, b) => a - b);
    await shards.lock(transaction, locked);
    const heads = await headsOf(
      transaction,
      batch.map(({ change, type }) => ({ type, id: change.entityId })),
    );
    const results = new Map<number, StateChangeResult>();
    const refused = new EntityMap<number, true>();
    const positions = new Map(await shards.lastPositions(transaction, locked));
    const receipts: ReceiptRow[] = [];
    const accepted = batch.filter((placed) => {
      const { change, index, type, shard } = placed;
      const { entityId, expectedRevision } = change;
      const head = heads.get(type, entityId) ?? 0;
      if (head !== expectedRevision || refused.get(type, entityId)) {
        refused.set(type, entityId, true);
        results.set(index, { stored: false, head });
        return false;
      }
      heads.set(type, entityId, expectedRevision + 1);
      const position = (positions.get(shard) ?? 0) + 1;
      positions.set(shard, position);
      receipts.push(receiptOf(placed, position));
      results.set(index, { stored: true, position });
      return true;
    });
    for (let from = 0; from < receipts.length; from += chunkSize) {
      const some = receipts.slice(from, from + chunkSize);
      await transaction.insertInto("ego_receipts").values(some).execute();
    }
    await writeBytes(transaction, accepted);
    for (const placed of accepted) await writeRow(transaction, placed);
    return results;
  }

  /** Writes the states that are kept as bytes, and takes away those that are so no more: a few statements for all. */
  async function writeBytes(
    transaction: Transaction<JournalDatabase>,
    changes: readonly PlacedChange[],
  ): Promise<void> {
    const latest = new EntityMap<number, PlacedChange>();
    for (const placed of changes) latest.set(placed.type, placed.change.entityId, placed);
    const last = changes.filter((placed) => latest.get(placed.type, placed.change.entityId) === placed);
    const isKept = ({ change }: PlacedChange) => change.state !== null && !tables.has(change.entityType);
    // Also where the entity has a table: what was stored before it had one moves there.
    const gone = Map.groupBy(
      last.filter((placed) => !isKept(placed)),
      ({ type }) => type,
    );
    for (const [type, some] of gone) {
      for (let from = 0; from < some.length; from += chunkSize) {
        const ids = some.slice(from, from + chunkSize).map(({ change }) => change.entityId);
        await transaction
          .deleteFrom("ego_states")
          .where("entity_id", "in", ids)
          .where("entity_type", "=", type)
          .execute();
      }
    }
    for (const some of chunksOf(last.filter(isKept))) {
      const rows = some.map(({ change, type }) => ({
        entity_id: change.entityId,
        entity_type: type,
        revision: change.expectedRevision + 1,
        payload: Buffer.from(change.payload),
      }));
      await transaction
        .insertInto("ego_states")
        .values(rows)
        .modifyEnd(orReplace(transaction, ["entity_id", "entity_type"], ["revision", "payload"]))
        .execute();
    }
  }

  /** Writes a state to the table of its entity, if that has one. */
  async function writeRow(transaction: Transaction<JournalDatabase>, { change, index }: PlacedChange): Promise<void> {
    const { entityType, entityId, expectedRevision, state } = change;
    const table = tables.get(entityType);
    try {
      if (state === null) await table?.remove(transaction, entityId);
      else await table?.upsert(transaction, entityId, state, expectedRevision + 1);
    } catch (failure) {
      if (failure instanceof EgoError && failure.code !== "unavailable") throw new RefusedRow(index, failure);
      throw failure;
    }
  }

  async function load(entityType: string, entityId: string): Promise<StoredState | undefined> {
    const type = await options.idOf(entityType);
    if (type === undefined) return undefined;
    // One snapshot: the receipt and the row are of one moment.
    return db
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute((transaction) => loadFrom(transaction, entityType, type, entityId));
  }

  async function loadFrom(
    transaction: Transaction<JournalDatabase>,
    entityType: string,
    type: number,
    entityId: string,
  ): Promise<StoredState | undefined> {
    const [receipt] = await receiptsOf(transaction, type, entityId).limit(1).execute();
    if (receipt === undefined) return undefined;
    const revision = Number(receipt.revision);
    if (Number(receipt.removed) !== 0) return { revision, state: null };

    const table = tables.get(entityType);
    const row = await table?.find(transaction, entityId);
    if (row?.revision === revision) return { revision, state: row.state };
    const bytes = await transaction
      .selectFrom("ego_states")
      .select(["revision", "payload"])
      .where("entity_id", "=", entityId)
      .where("entity_type", "=", type)
      .executeTakeFirst();
    if (bytes && Number(bytes.revision) === revision) return { revision, state: plainBytes(bytes.payload) };

    const place = table ? `table "${table.name}"` : "ego_states";
    const found = row?.revision ?? (bytes && Number(bytes.revision));
    throw new EgoError(
      "data_loss",
      `${entityType} ${JSON.stringify(entityId)} has revision ${revision}, but ${place} holds ${found === undefined ? "nothing of it" : `revision ${found}`}. Was the row changed by hand, or the entity's table taken out of the schema?`,
      { details: { entity: entityType, entityId, revision } },
    );
  }

  return {
    save,
    load,
    readShards: openSqlVersionReader(options, shards),
    async lastPositions() {
      const all = Array.from({ length: shardCount }, (_, shard) => shard);
      const last = await shards.lastPositions(db, all);
      return all.map((shard) => last.get(shard) ?? 0);
    },
    missingLocks: () => shards.missingLocks(db),
    async heads(entities) {
      const placed: { readonly id: string; readonly type: number | undefined }[] = [];
      for (const { entityType, entityId } of entities) {
        placed.push({ id: entityId, type: await options.idOf(entityType) });
      }
      const found = await headsOf(
        db,
        placed.flatMap(({ id, type }) => (type === undefined ? [] : [{ id, type }])),
      );
      return placed.map(({ id, type }) => (type === undefined ? 0 : (found.get(type, id) ?? 0)));
    },
    async receipts(entityType, entityId, limit): Promise<readonly Receipt[]> {
      const type = await options.idOf(entityType);
      if (type === undefined) return [];
      const rows = await receiptsOf(db, type, entityId).limit(Math.max(limit, 0)).execute();
      return rows.map((row) => ({
        revision: Number(row.revision),
        commandId: plainText(row.command_id),
        metadata: plainBytes(row.metadata),
        recordedAt: Number(row.recorded_at),
        ...(row.position === null ? {} : { position: Number(row.position) }),
      }));
    },
  };
}

interface PlacedChange {
  readonly change: StateChange;
  readonly index: number;
  readonly type: number;
  readonly shard: number;
}

type ReceiptRow = JournalDatabase["ego_receipts"];

/** Changes that go in one statement: so many, and so many bytes, that every database takes it. */
function* chunksOf(changes: readonly PlacedChange[]): Generator<readonly PlacedChange[]> {
  let chunk: PlacedChange[] = [];
  let bytes = 0;
  for (const placed of changes) {
    const { length } = placed.change.payload;
    if (chunk.length === chunkSize || (chunk.length > 0 && bytes + length > chunkBytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(placed);
    bytes += length;
  }
  if (chunk.length > 0) yield chunk;
}

/** What is thrown out of a transaction whose row was refused. */
class RefusedRow extends Error {
  readonly index: number;
  readonly reason: EgoError;

  constructor(index: number, reason: EgoError) {
    super(reason.message);
    this.index = index;
    this.reason = reason;
  }
}

async function headsOf(
  db: Kysely<JournalDatabase>,
  entities: readonly EntityKey[],
): Promise<EntityMap<number, number>> {
  const heads = new EntityMap<number, number>();
  const ids = [...new Set(entities.map(({ id }) => id))];
  const types = [...new Set(entities.map(({ type }) => type))];
  for (let from = 0; from < ids.length; from += chunkSize) {
    const rows = await db
      .selectFrom("ego_receipts")
      .select(["entity_type", "entity_id", (eb) => eb.fn.max("revision").as("head")])
      .where("entity_type", "in", types)
      .where("entity_id", "in", ids.slice(from, from + chunkSize))
      .groupBy(["entity_type", "entity_id"])
      .execute();
    for (const row of rows) heads.set(Number(row.entity_type), plainText(row.entity_id), Number(row.head));
  }
  return heads;
}

function receiptsOf(db: Kysely<JournalDatabase>, type: number, entityId: string) {
  return db
    .selectFrom("ego_receipts")
    .select(["revision", "removed", "command_id", "metadata", "recorded_at", "position"])
    .where("entity_id", "=", entityId)
    .where("entity_type", "=", type)
    .orderBy("revision", "desc");
}

function receiptOf({ change, type, shard }: PlacedChange, position: number): ReceiptRow {
  return {
    entity_id: change.entityId,
    entity_type: type,
    revision: change.expectedRevision + 1,
    removed: change.state === null ? 1 : 0,
    command_id: change.commandId,
    metadata: Buffer.from(change.metadata),
    recorded_at: change.recordedAt,
    shard,
    position,
  };
}
