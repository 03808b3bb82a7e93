import type { Kysely } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { EntityMap } from "../entity-map.ts";
import { Heads } from "./heads.ts";
import {
  bytesOf,
  type EventRow,
  numbersOf,
  type PackedAppends,
  type PackedEvents,
  type PackedPayloads,
  type PayloadRow,
  packEvents,
  packPayloads,
  refusal,
} from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import { isUniqueViolation } from "./sqlite-failure.ts";
import type { Names } from "./sqlite-names.ts";
import { openPositions } from "./sqlite-positions.ts";
import type { Operations } from "./sqlite-protocol.ts";

/** The journal of events on one connection. Everything is synchronous: it runs in a worker. */
export interface SqliteEvents {
  /** One number per append, as `unpackAppendResults` reads them. */
  append(batch: PackedAppends): Float64Array<ArrayBuffer>;
  /** As `append`, in a transaction that there is. */
  appendIn(batch: PackedAppends): Float64Array<ArrayBuffer>;
  /** Forgets what was appended: it was taken back. */
  forget(): void;
  load(range: Operations["load"]["request"]): PackedEvents;
  loadPayloads(range: Operations["loadPayloads"]["request"]): PackedPayloads;
  read(range: Operations["read"]["request"]): PackedEvents;
  removePayloads(range: Operations["removePayloads"]["request"]): null;
  readShards(range: Operations["readShards"]["request"]): PackedEvents;
  /** By shard. */
  lastPositions(): Float64Array<ArrayBuffer>;
  heads(entities: Operations["heads"]["request"]): readonly number[];
}

/** Opens the journal of events. */
export function openEvents(
  connection: Connection,
  db: Kysely<JournalDatabase>,
  names: Names,
  shardCount: number,
): SqliteEvents {
  const statements = prepareAll(connection, db);
  const heads = new Heads();
  let broken: EgoError | undefined;

  // For an append both are read under the write lock, so what they say holds until the commit.
  const headOf = (type: number, id: string) => Number(statements.head.get(id, type)?.head ?? 0);
  const lastPosition = (shard: number) => Number(statements.position.get(shard)?.position ?? 0);
  const positions = openPositions(connection, lastPosition);

  function forget(): void {
    heads.clear();
    positions.clear();
  }

  function append(batch: PackedAppends, transaction = connection.transaction): Float64Array<ArrayBuffer> {
    if (broken !== undefined) throw broken;
    const types = names.idsOf(batch.names);
    const results = new Float64Array(batch.ids.length);
    try {
      transaction(() => insertAll(batch, types, results));
    } catch (failure) {
      forget();
      // A journal whose positions are not what its index says is not to be written any more.
      if (failure instanceof EgoError && failure.code === "data_loss") broken = failure;
      throw failure;
    }
    return results;
  }

  function insertAll(batch: PackedAppends, types: readonly number[], results: Float64Array): boolean {
    const next = appendsOf(batch, types);
    const refused = new EntityMap<number, true>();
    let stored = false;
    positions.look();
    for (let index = 0; index < results.length; index++) {
      const append = next();
      const { type, id, expected, count } = append;
      if (count === 0) continue;
      // What this connection noted may be old: another process can have written since.
      let head = heads.get(type, id);
      if (head !== expected) head = headOf(type, id);
      if (head === expected && !refused.get(type, id)) {
        const position = insertEvents(append);
        if (position !== undefined) {
          heads.set(type, id, expected + count);
          results[index] = position;
          stored = true;
          continue;
        }
        head = headOf(type, id);
        heads.set(type, id, head);
      }
      append.skip();
      refused.set(type, id, true);
      results[index] = refusal(head);
    }
    return stored;
  }

  /** The position of the last event; undefined if somebody else has written the entity. */
  function insertEvents(append: UnpackedAppend): number | undefined {
    const { shard, type, id, expected, count, metadata, recordedAt } = append;
    let position = positions.last(shard);
    let commandId: string | null = append.commandId;
    for (let revision = expected + 1; revision <= expected + count; revision++) {
      position++;
      const eventType = append.nextType();
      const payload = append.nextPayload();
      try {
        statements.insert.run(shard, position, type, id, revision, eventType, payload, metadata, recordedAt, commandId);
      } catch (failure) {
        if (!isUniqueViolation(failure)) throw failure;
        // SQLite takes back the row alone, not the transaction: the position is free again, and nobody else's append
        // is touched.
        if (revision === expected + 1 && isEntityKey(failure)) return undefined;
        throw corrupted(id, failure);
      }
      commandId = null;
    }
    positions.set(shard, position);
    return position;
  }

  const pack = (rows: unknown) => packEvents(rows as readonly EventRow[], names.nameOf);

  return {
    append: (batch) => append(batch),
    appendIn: (batch) => append(batch, (work) => void work()),
    forget() {
      forget();
      names.forget();
    },
    load({ entityType, entityId, from, to, limit }) {
      const type = names.find(entityType);
      return pack(type === undefined ? [] : statements.load.all(entityId, type, from, to, limit));
    },
    loadPayloads({ entityType, entityId, from, to, limit }) {
      const type = names.find(entityType);
      const rows = type === undefined ? [] : statements.loadPayloads.all(entityId, type, from, to, limit);
      return packPayloads(rows as unknown as readonly PayloadRow[], names.nameOf);
    },
    heads(entities) {
      return entities.map(({ entityType, entityId }) => {
        const type = names.find(entityType);
        return type === undefined ? 0 : headOf(type, entityId);
      });
    },
    read: ({ shard, afterPosition, limit }) => pack(statements.read.all(shard, afterPosition, limit)),
    removePayloads({ entityType, entityId, from, to, toPosition }) {
      const type = names.find(entityType);
      if (type !== undefined) {
        const { remove } = statements;
        connection.transaction(() => remove.run(null, null, entityId, type, from, to, toPosition).changes > 0);
      }
      return null;
    },
    readShards({ shards, after, limit }) {
      const rows: unknown[] = [];
      positions.look();
      for (let at = 0; at < shards.length && rows.length < limit; at++) {
        const shard = shards[at] ?? 0;
        const position = after[at] ?? 0;
        // What is idle is asked for nothing: to read nothing costs more than all else here.
        if (positions.last(shard) <= position) continue;
        for (const row of statements.read.all(shard, position, limit - rows.length)) rows.push(row);
      }
      return pack(rows);
    },
    lastPositions() {
      positions.look();
      return Float64Array.from({ length: shardCount }, (_, shard) => positions.last(shard));
    },
  };
}

function prepareAll(connection: Connection, db: Kysely<JournalDatabase>) {
  const columns = [
    "shard",
    "position",
    "entity_type",
    "entity_id",
    "revision",
    "event_type",
    "payload",
    "metadata",
    "recorded_at",
    "command_id",
  ] as const;
  const ofEntity = db
    .selectFrom("ego_events")
    .where("entity_id", "=", "")
    .where("entity_type", "=", 0)
    .where("revision", ">=", 0)
    .where("revision", "<=", 0)
    .orderBy("revision")
    .limit(0);
  const load = connection.prepare(ofEntity.select(columns));
  const loadPayloads = connection.prepare(ofEntity.select(["revision", "event_type", "payload"]));
  const read = connection.prepare(
    db
      .selectFrom("ego_events")
      .select(columns)
      .where("shard", "=", 0)
      .where("position", ">", 0)
      .orderBy("position")
      .limit(0),
  );
  load.setReturnArrays(true);
  loadPayloads.setReturnArrays(true);
  read.setReturnArrays(true);
  const nothing = new Uint8Array(0);
  const insert = connection.prepare(
    db.insertInto("ego_events").values({
      shard: 0,
      position: 0,
      entity_type: 0,
      entity_id: "",
      revision: 0,
      event_type: 0,
      payload: nothing,
      metadata: nothing,
      recorded_at: 0,
      command_id: "",
    }),
  );
  const head = connection.prepare(
    db
      .selectFrom("ego_events")
      .select((eb) => eb.fn.max("revision").as("head"))
      .where("entity_id", "=", "")
      .where("entity_type", "=", 0),
  );
  const position = connection.prepare(
    db
      .selectFrom("ego_events")
      .select((eb) => eb.fn.max("position").as("position"))
      .where("shard", "=", 0),
  );
  const remove = connection.prepare(
    db
      .updateTable("ego_events")
      .set({ payload: nothing, sensitive: nothing })
      .where("entity_id", "=", "")
      .where("entity_type", "=", 0)
      .where("revision", ">=", 0)
      .where("revision", "<=", 0)
      .where("position", "<=", 0)
      .where("payload", "is not", null),
  );
  return { load, loadPayloads, read, insert, head, position, remove };
}

/** One append of a batch. Its events are read one after another, or skipped. */
interface UnpackedAppend {
  readonly type: number;
  readonly id: string;
  readonly shard: number;
  readonly expected: number;
  readonly recordedAt: number;
  readonly count: number;
  readonly metadata: Uint8Array;
  readonly commandId: string | null;
  /** Type of the next event. */
  nextType(): number;
  /** Payload of that event. */
  nextPayload(): Uint8Array;
  /** Skips the events that are left. */
  skip(): void;
}

/** Reads a batch, one append after another. */
function appendsOf(batch: PackedAppends, types: readonly number[]): () => UnpackedAppend {
  const number = numbersOf(batch.numbers);
  const take = bytesOf(batch.bytes);
  const typeAt = (index: number) => types[index] ?? 0;
  let index = -1;
  let left = 0;
  const nextType = () => {
    left--;
    return typeAt(number());
  };
  const nextPayload = () => take(number());
  const skip = () => {
    while (left > 0) {
      nextType();
      nextPayload();
    }
  };
  return () => {
    index++;
    const type = typeAt(number());
    const shard = number();
    const expected = number();
    const recordedAt = number();
    const count = number();
    const metadata = take(number());
    const id = batch.ids[index] ?? "";
    const commandId = batch.commandIds[index] ?? null;
    left = count;
    return { type, id, shard, expected, recordedAt, count, metadata, commandId, nextType, nextPayload, skip };
  };
}

function isEntityKey(failure: Error): boolean {
  return failure.message.includes("ego_events.entity_id");
}

function corrupted(id: string, cause: Error): EgoError {
  return new EgoError(
    "data_loss",
    `The journal has rows that it cannot have, found while storing events of entity ${JSON.stringify(id)}: ${cause.message}. Stop writing to it, and restore a backup.`,
    { cause },
  );
}
