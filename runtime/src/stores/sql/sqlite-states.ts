import { type Kysely, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { shardOf } from "../../journal/hash.ts";
import type { Receipt, VersionKind } from "../../journal/state-store.ts";
import type { SqlValue } from "../../tables/table-shape.ts";
import { writeFailure } from "../../tables/violation.ts";
import { EntityMap } from "../entity-map.ts";
import { Heads } from "./heads.ts";
import { bytesOf, type EventRow, numbersOf, type PackedChanges, packEvents, refusal } from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import { isConstraintViolation, isUniqueViolation } from "./sqlite-failure.ts";
import type { Names } from "./sqlite-names.ts";
import { openPositions } from "./sqlite-positions.ts";
import type { Operations, StateReply, StateRequest } from "./sqlite-protocol.ts";
import type { SqliteTable } from "./sqlite-tables.ts";
import { storedKey } from "./state-table.ts";
import { versionsIn } from "./version-rows.ts";

/** Durable states on one connection. Everything is synchronous: it runs in a worker. */
export interface SqliteStates {
  /** One number per change, as `unpackAppendResults` reads them. */
  save(batch: PackedChanges): Float64Array<ArrayBuffer>;
  load(request: StateRequest): StateReply | undefined;
  heads(entities: Operations["stateHeads"]["request"]): readonly number[];
  receipts(request: Operations["receipts"]["request"]): readonly Receipt[];
  readShards(request: Operations["readVersions"]["request"]): Operations["readVersions"]["reply"];
  /** By shard. */
  lastPositions(): Float64Array<ArrayBuffer>;
}

/** Opens the durable states; `tables` holds the typed tables by the name of their entity. */
export function openStates(
  connection: Connection,
  db: Kysely<JournalDatabase>,
  names: Names,
  tables: ReadonlyMap<string, SqliteTable>,
  shardCount: number,
): SqliteStates {
  const statements = prepareAll(connection, db);
  const heads = new Heads();
  const headOf = (type: number, id: string) => Number(statements.head.get(id, type)?.head ?? 0);
  const positions = openPositions(connection, (shard) => Number(statements.position.get(shard)?.position ?? 0));

  function save(batch: PackedChanges): Float64Array<ArrayBuffer> {
    const types = names.idsOf(batch.names);
    const results = new Float64Array(batch.ids.length);
    try {
      connection.transaction(() => saveAll(batch, types, results));
    } catch (failure) {
      heads.clear();
      positions.clear();
      throw failure;
    }
    return results;
  }

  function saveAll(batch: PackedChanges, types: readonly number[], results: Float64Array): boolean {
    const number = numbersOf(batch.numbers);
    const take = bytesOf(batch.bytes);
    const refused = new EntityMap<number, true>();
    let stored = false;
    positions.look();
    for (let index = 0; index < batch.ids.length; index++) {
      const id = batch.ids[index] ?? "";
      const commandId = batch.commandIds[index] ?? "";
      const name = number();
      const type = types[name] ?? 0;
      const expected = number();
      const recordedAt = number();
      const removed = number();
      const payload = take(number());
      const metadata = take(number());

      let head = heads.get(type, id);
      if (head !== expected) head = headOf(type, id);
      const shard = shardOf(batch.names[name] ?? "", id, shardCount);
      const position = positions.last(shard) + 1;
      if (head === expected && !refused.get(type, id)) {
        const revision = expected + 1;
        try {
          statements.receipt.run(id, type, revision, removed, commandId, metadata, recordedAt, shard, position);
        } catch (failure) {
          if (!isUniqueViolation(failure) || !isEntityKey(failure)) throw failure;
          head = headOf(type, id);
        }
      }
      if (head !== expected || refused.get(type, id)) {
        refused.set(type, id, true);
        results[index] = refusal(head);
        continue;
      }
      const row = batch.rows[index] ?? null;
      write(index, batch.names[name] ?? "", type, id, expected + 1, removed === 1, payload, row);
      heads.set(type, id, expected + 1);
      positions.set(shard, position);
      results[index] = position;
      stored = true;
    }
    return stored;
  }

  function write(
    index: number,
    entityType: string,
    type: number,
    id: string,
    revision: number,
    removed: boolean,
    payload: Uint8Array,
    row: PackedChanges["rows"][number],
  ): void {
    const table = tables.get(entityType);
    if (table === undefined) {
      if (removed) statements.remove.run(id, type);
      else statements.upsert.run(id, type, revision, payload);
      return;
    }
    if (row === null) throw new EgoError("internal", `A change of "${entityType}" came without a row.`);
    // What was stored before the entity had a table moves there.
    statements.remove.run(id, type);
    if (removed) {
      table.remove(row[0] ?? null);
      return;
    }
    try {
      table.upsert(row, revision);
    } catch (failure) {
      if (!isConstraintViolation(failure)) throw failure;
      const { name } = table.shape;
      const { code, message } = EgoError.from(writeFailure(failure, table.shape));
      throw new EgoError(
        code === "already_exists" ? code : "invalid_argument",
        `Table "${name}" refused the state of ${entityType} ${JSON.stringify(id)}: ${message}`,
        { cause: failure, details: { table: name, entity: entityType, entityId: id, index } },
      );
    }
  }

  function load({ entityType, entityId, key }: StateRequest): StateReply | undefined {
    const type = names.find(entityType);
    if (type === undefined) return undefined;
    return connection.snapshot(() => {
      const receipt = statements.latest.get(entityId, type);
      if (receipt === undefined) return undefined;
      const revision = Number(receipt.revision);
      if (receipt.removed !== 0) return { revision, state: null };

      const table = tables.get(entityType);
      const row = table?.find(key);
      if (row?.revision === revision) return { revision, state: row.row };
      const bytes = statements.state.get(entityId, type);
      if (bytes?.revision === revision) return { revision, state: bytes.payload as Uint8Array };

      const place = table === undefined ? "ego_states" : `table "${table.shape.name}"`;
      const found = row?.revision ?? bytes?.revision;
      throw new EgoError(
        "data_loss",
        `${entityType} ${JSON.stringify(entityId)} has revision ${revision}, but ${place} holds ${found === undefined ? "nothing of it" : `revision ${found}`}. Was the row changed by hand, or the entity's table taken out of the schema?`,
        { details: { entity: entityType, entityId, revision } },
      );
    });
  }

  function readShards({ shards, after, limit }: Operations["readVersions"]["request"]) {
    const found: EventRow[] = [];
    const kinds: VersionKind[] = [];
    const rows: (readonly SqlValue[] | null)[] = [];
    connection.snapshot(() => {
      positions.look();
      for (let at = 0; at < shards.length && found.length < limit; at++) {
        const shard = shards[at] ?? 0;
        const position = after[at] ?? 0;
        if (positions.last(shard) <= position) continue;
        for (const row of statements.read.all(shard, position, Number.MAX_SAFE_INTEGER, limit - found.length)) {
          const version = row as unknown as VersionValues;
          const [, place, type, id, revision, metadata, recordedAt, commandId] = version;
          const { kind, payload, values } = contentOf(version);
          found.push([shard, place, type, id, revision, type, payload, metadata, recordedAt, commandId]);
          kinds.push(kind);
          rows.push(values);
        }
      }
    });
    return { ...packEvents(found, names.nameOf), kinds, rows };
  }

  /** What there is of a version. */
  function contentOf([, , type, id, revision, , , , removed, head, payload]: VersionValues): {
    readonly kind: VersionKind;
    readonly payload: Uint8Array | null;
    readonly values: readonly SqlValue[] | null;
  } {
    const nothing = { payload: null, values: null };
    if (revision < head) return { kind: "superseded", ...nothing };
    if (removed !== 0) return { kind: "removed", ...nothing };
    if (payload !== null) return { kind: "state", payload, values: null };
    const table = tables.get(names.nameOf(type));
    const key = table?.shape.columns[table.shape.key[0] ?? 0];
    const row = key && table?.find(storedKey(key.kind, id));
    if (row?.revision === revision) return { kind: "state", payload: null, values: row.row };
    return { kind: "unreadable", ...nothing };
  }

  return {
    save,
    load,
    readShards,
    lastPositions() {
      positions.look();
      return Float64Array.from({ length: shardCount }, (_, shard) => positions.last(shard));
    },
    heads(entities) {
      return entities.map(({ entityType, entityId }) => {
        const type = names.find(entityType);
        return type === undefined ? 0 : headOf(type, entityId);
      });
    },
    receipts({ entityType, entityId, limit }) {
      const type = names.find(entityType);
      if (type === undefined) return [];
      return statements.receipts.all(entityId, type, limit).map((row) => ({
        revision: Number(row.revision),
        commandId: String(row.command_id),
        metadata: row.metadata as Uint8Array,
        recordedAt: Number(row.recorded_at),
        ...(row.position === null ? {} : { position: Number(row.position) }),
      }));
    },
  };
}

function prepareAll(connection: Connection, db: Kysely<JournalDatabase>) {
  const nothing = new Uint8Array(0);
  const receipts = db.selectFrom("ego_receipts").where("entity_id", "=", "").where("entity_type", "=", 0);
  const state = { entity_id: "", entity_type: 0, revision: 0, payload: nothing };
  const read = connection.prepare(versionsIn(db, [{ shard: 0, after: 0, to: 0 }], 0));
  read.setReturnArrays(true);
  return {
    head: connection.prepare(receipts.select((eb) => eb.fn.max("revision").as("head"))),
    latest: connection.prepare(receipts.select(["revision", "removed"]).orderBy("revision", "desc").limit(sql.lit(1))),
    receipts: connection.prepare(
      receipts
        .select(["revision", "command_id", "metadata", "recorded_at", "position"])
        .orderBy("revision", "desc")
        .limit(0),
    ),
    receipt: connection.prepare(
      db.insertInto("ego_receipts").values({
        entity_id: "",
        entity_type: 0,
        revision: 0,
        removed: 0,
        command_id: "",
        metadata: nothing,
        recorded_at: 0,
        shard: 0,
        position: 0,
      }),
    ),
    position: connection.prepare(
      db
        .selectFrom("ego_receipts")
        .select((eb) => eb.fn.max("position").as("position"))
        .where("shard", "=", 0),
    ),
    read,
    state: connection.prepare(
      db
        .selectFrom("ego_states")
        .select(["revision", "payload"])
        .where("entity_id", "=", "")
        .where("entity_type", "=", 0),
    ),
    upsert: connection.prepare(
      db
        .insertInto("ego_states")
        .values(state)
        .onConflict((conflict) =>
          conflict
            .columns(["entity_id", "entity_type"])
            .doUpdateSet((eb) => ({ revision: eb.ref("excluded.revision"), payload: eb.ref("excluded.payload") })),
        ),
    ),
    remove: connection.prepare(db.deleteFrom("ego_states").where("entity_id", "=", "").where("entity_type", "=", 0)),
  };
}

/** The values of a `VersionRow`. */
type VersionValues = readonly [
  shard: number,
  position: number,
  type: number,
  id: string,
  revision: number,
  metadata: Uint8Array,
  recordedAt: number,
  commandId: string,
  removed: number,
  head: number,
  payload: Uint8Array | null,
];

function isEntityKey(failure: Error): boolean {
  return failure.message.includes("ego_receipts.entity_id");
}
