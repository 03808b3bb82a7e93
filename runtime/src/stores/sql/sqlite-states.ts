import { type Kysely, sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { Receipt } from "../../journal/state-store.ts";
import { writeFailure } from "../../tables/violation.ts";
import { EntityMap } from "../entity-map.ts";
import { Heads } from "./heads.ts";
import { bytesOf, numbersOf, type PackedChanges, refusal } from "./packing.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";
import { isConstraintViolation, isUniqueViolation } from "./sqlite-failure.ts";
import type { Names } from "./sqlite-names.ts";
import type { Operations, StateReply, StateRequest } from "./sqlite-protocol.ts";
import type { SqliteTable } from "./sqlite-tables.ts";

/** Durable states on one connection. Everything is synchronous: it runs in a worker. */
export interface SqliteStates {
  /** One number per change, as `unpackChangeResults` reads them. */
  save(batch: PackedChanges): Float64Array<ArrayBuffer>;
  load(request: StateRequest): StateReply | undefined;
  heads(entities: Operations["stateHeads"]["request"]): readonly number[];
  receipts(request: Operations["receipts"]["request"]): readonly Receipt[];
}

/** Opens the durable states; `tables` holds the typed tables by the name of their entity. */
export function openStates(
  connection: Connection,
  db: Kysely<JournalDatabase>,
  names: Names,
  tables: ReadonlyMap<string, SqliteTable>,
): SqliteStates {
  const statements = prepareAll(connection, db);
  const heads = new Heads();
  const headOf = (type: number, id: string) => Number(statements.head.get(id, type)?.head ?? 0);

  function save(batch: PackedChanges): Float64Array<ArrayBuffer> {
    const types = names.idsOf(batch.names);
    const results = new Float64Array(batch.ids.length);
    try {
      connection.transaction(() => saveAll(batch, types, results));
    } catch (failure) {
      heads.clear();
      throw failure;
    }
    return results;
  }

  function saveAll(batch: PackedChanges, types: readonly number[], results: Float64Array): boolean {
    const number = numbersOf(batch.numbers);
    const take = bytesOf(batch.bytes);
    const refused = new EntityMap<number, true>();
    let stored = false;
    for (let index = 0; index < batch.ids.length; index++) {
      const id = batch.ids[index] ?? "";
      const name = number();
      const type = types[name] ?? 0;
      const expected = number();
      const recordedAt = number();
      const removed = number();
      const payload = take(number());
      const metadata = take(number());

      let head = heads.get(type, id);
      if (head !== expected) head = headOf(type, id);
      if (head === expected && !refused.get(type, id)) {
        try {
          statements.receipt.run(id, type, expected + 1, removed, batch.commandIds[index] ?? "", metadata, recordedAt);
        } catch (failure) {
          if (!isUniqueViolation(failure)) throw failure;
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

  return {
    save,
    load,
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
      }));
    },
  };
}

function prepareAll(connection: Connection, db: Kysely<JournalDatabase>) {
  const nothing = new Uint8Array(0);
  const receipts = db.selectFrom("ego_receipts").where("entity_id", "=", "").where("entity_type", "=", 0);
  const state = { entity_id: "", entity_type: 0, revision: 0, payload: nothing };
  return {
    head: connection.prepare(receipts.select((eb) => eb.fn.max("revision").as("head"))),
    latest: connection.prepare(receipts.select(["revision", "removed"]).orderBy("revision", "desc").limit(sql.lit(1))),
    receipts: connection.prepare(
      receipts.select(["revision", "command_id", "metadata", "recorded_at"]).orderBy("revision", "desc").limit(0),
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
      }),
    ),
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
