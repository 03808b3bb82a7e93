import { DatabaseSync } from "node:sqlite";
import { create, fromBinary } from "@bufbuild/protobuf";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { AccountCreditedSchema, AccountSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { batchLoop, type Load } from "./load.ts";
import type { Place } from "./place.ts";
import { insertArrays } from "./raw-postgres.ts";
import { type RawRow, rawColumns, rawRows } from "./raw-rows.ts";
import { accountId, type Scenario } from "./scenario.ts";

/** Rows of a transaction of the raw limit at most: what pays, where more do not. */
const maxBatch = 500;

/** The least that a store of this kind must do for the scenario's events; a batch has as many as there are callers. */
export function runRaw(scenario: Scenario, forMs: number, place: Place): Promise<Load> {
  const size = Math.min(scenario.callers, maxBatch);
  switch (scenario.store) {
    case "memory":
      return encodeAndFold(scenario, size, forMs);
    case "sqlite":
      return insertRows(scenario, size, forMs, place.filename);
    case "postgres":
      return insertArrays(scenario, size, forMs, place);
  }
}

/** A bare loop: make the row, its event and metadata encoded, fold the event into the state, keep the row. */
async function encodeAndFold({ entities }: Scenario, size: number, forMs: number): Promise<Load> {
  const states = Array.from({ length: entities }, (_, i) => create(AccountSchema, { accountId: accountId(i) }));
  const rows = await rawRows(entities, 64);
  const journal: RawRow[] = [];
  const load = await batchLoop(size, forMs, () => {
    for (let i = 0; i < size; i++) {
      const state = states[journal.length % entities];
      if (!state) throw new Error("no state");
      journal.push(rows.next());
      accountBehavior.events.accountCredited(rows.event, state);
    }
  });
  const balance = states.reduce((sum, state) => sum + state.balanceCents, 0n);
  const [, , , , , , last] = journal.at(-1) ?? [];
  if (balance !== BigInt(load.count) || !last || fromBinary(AccountCreditedSchema, last).amountCents !== 1n) {
    throw new Error("the bare loop lost an event");
  }
  return load;
}

/** A bare insert of the same rows into the same table at the same durability, on the main thread. */
async function insertRows({ entities }: Scenario, size: number, forMs: number, filename: string): Promise<Load> {
  const db = new DatabaseSync(filename);
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table ego_events (
      shard integer not null, position integer not null,
      entity_type integer not null, entity_id text not null, revision integer not null,
      event_type integer not null, payload blob, sensitive blob, key_id text, metadata blob not null,
      recorded_at integer not null, command_id text,
      unique (entity_id, entity_type, revision),
      unique (shard, position));
  `);
  const columns = rawColumns.join(", ");
  const insert = db.prepare(`insert into ego_events (${columns}) values (${rawColumns.map(() => "?").join(", ")})`);
  const rows = await rawRows(entities, 64);
  const load = await batchLoop(size, forMs, () => {
    db.exec("begin immediate");
    for (let i = 0; i < size; i++) insert.run(...rows.next());
    db.exec("commit");
  });
  const counted = db.prepare("select count(*) as n from ego_events").get()?.n;
  db.close();
  if (counted !== load.count) throw new Error(`the bare insert lost a row: ${counted} of ${load.count}`);
  return load;
}
