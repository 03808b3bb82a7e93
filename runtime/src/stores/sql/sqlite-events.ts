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
  packEvents,
  refusal,
} from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import { isUniqueViolation } from "./sqlite-failure.ts";
import type { Names } from "./sqlite-names.ts";
import type { Operations } from "./sqlite-protocol.ts";

/** The journal of events on one connection. Everything is synchronous: it runs in a worker. */
export interface SqliteEvents {
  /** One number per append, as `unpackAppendResults` reads them. */
  append(batch: PackedAppends): Float64Array<ArrayBuffer>;
  load(range: Operations["load"]["request"]): PackedEvents;
  read(range: Operations["read"]["request"]): PackedEvents;
}

/** Opens the journal of events. */
export function openEvents(connection: Connection, db: Kysely<JournalDatabase>, names: Names): SqliteEvents {
  const statements = prepareAll(connection, db);
  const heads = new Heads();
  let broken: EgoError | undefined;

  // Both are read under the write lock, so what they say holds until the commit.
  const headOf = (type: number, id: string) => Number(statements.head.get(id, type)?.head ?? 0);
  const lastPosition = (shard: number) => Number(statements.position.get(shard)?.position ?? 0);

  function append(batch: PackedAppends): Float64Array<ArrayBuffer> {
    if (broken !== undefined) throw broken;
    const types = names.idsOf(batch.names);
    const results = new Float64Array(batch.ids.length);
    try {
      connection.transaction(() => insertAll(batch, types, results));
    } catch (failure) {
      heads.clear();
      // A journal whose positions are not what its index says is not to be written any more.
      if (failure instanceof EgoError && failure.code === "data_loss") broken = failure;
      throw failure;
    }
    return results;
  }

  function insertAll(batch: PackedAppends, types: readonly number[], results: Float64Array): boolean {
    const number = numbersOf(batch.numbers);
    const take = bytesOf(batch.bytes);
    const positions = new Map<number, number>();
    const refused = new EntityMap<number, true>();
    let stored = false;

    for (let index = 0; index < batch.ids.length; index++) {
      const id = batch.ids[index] ?? "";
      const type = types[number()] ?? 0;
      const shard = number();
      const expected = number();
      const recordedAt = number();
      const count = number();
      const metadata = take(number());
      const skip = () => {
        for (let event = 0; event < count; event++) {
          number();
          take(number());
        }
      };
      if (count === 0) continue;

      let head = heads.get(type, id);
      // What this connection noted may be old: another process can have written since.
      if (head !== expected) head = headOf(type, id);
      if (head !== expected || refused.get(type, id)) {
        refused.set(type, id, true);
        results[index] = refusal(head);
        skip();
        continue;
      }

      let position = positions.get(shard) ?? lastPosition(shard);
      let commandId: string | null = batch.commandIds[index] ?? null;
      for (let event = 1; event <= count; event++) {
        const eventType = types[number()] ?? 0;
        const payload = take(number());
        position++;
        try {
          statements.insert.run(
            shard,
            position,
            type,
            id,
            expected + event,
            eventType,
            payload,
            metadata,
            recordedAt,
            commandId,
          );
        } catch (failure) {
          if (!isUniqueViolation(failure)) throw failure;
          // SQLite takes back the row alone, not the transaction; so the position is free again, and nobody else's
          // append is touched.
          if (event > 1 || !isEntityKey(failure)) throw corrupted(batch, index, failure);
          head = headOf(type, id);
          for (let rest = event + 1; rest <= count; rest++) {
            number();
            take(number());
          }
          break;
        }
        commandId = null;
      }
      if (head !== expected) {
        refused.set(type, id, true);
        heads.set(type, id, head);
        results[index] = refusal(head);
        continue;
      }
      positions.set(shard, position);
      heads.set(type, id, expected + count);
      results[index] = position;
      stored = true;
    }
    return stored;
  }

  const pack = (rows: unknown) => packEvents(rows as readonly EventRow[], names.nameOf);

  return {
    append,
    load({ entityType, entityId, from, to, limit }) {
      const type = names.find(entityType);
      return pack(type === undefined ? [] : statements.load.all(entityId, type, from, to, limit));
    },
    read: ({ shard, afterPosition, limit }) => pack(statements.read.all(shard, afterPosition, limit)),
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
  const load = connection.prepare(
    db
      .selectFrom("ego_events")
      .select(columns)
      .where("entity_id", "=", "")
      .where("entity_type", "=", 0)
      .where("revision", ">=", 0)
      .where("revision", "<=", 0)
      .orderBy("revision")
      .limit(0),
  );
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
  return { load, read, insert, head, position };
}

function isEntityKey(failure: Error): boolean {
  return failure.message.includes("ego_events.entity_id");
}

function corrupted(batch: PackedAppends, index: number, cause: Error): EgoError {
  return new EgoError(
    "data_loss",
    `The journal has rows that it cannot have, found while storing events of entity ${JSON.stringify(batch.ids[index])}: ${cause.message}. Stop writing to it, and restore a backup.`,
    { cause },
  );
}
