import { DatabaseSync } from "node:sqlite";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { accountBehavior } from "../examples/bank/src/account.ts";
import { AccountCreditedSchema, AccountSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { insertArrays } from "./raw-postgres.ts";
import { accountId, type Place, type Scenario } from "./scenario.ts";

/** Events per second of the least that a store of this kind must do for the scenario's events. */
export async function runRaw(scenario: Scenario, forMs: number, place: Place): Promise<number> {
  switch (scenario.store) {
    case "memory":
      return encodeAndFold(scenario, forMs);
    case "sqlite":
      return insertRows(scenario, forMs, place.filename);
    case "postgres":
      return insertArrays(scenario, forMs, place);
  }
}

/** A bare loop: make the event, encode it, fold it into the state, keep the bytes. No engine, no promise. */
function encodeAndFold({ entities }: Scenario, forMs: number): number {
  const states = Array.from({ length: entities }, (_, i) => create(AccountSchema, { accountId: accountId(i) }));
  const journal: Uint8Array[] = [];
  const started = performance.now();
  let elapsed = 0;
  while (elapsed < forMs) {
    for (let i = 0; i < 1_000; i++) {
      const state = states[journal.length % entities];
      if (!state) throw new Error("no state");
      const event = create(AccountCreditedSchema, { accountId: state.accountId, amountCents: 1n });
      journal.push(toBinary(AccountCreditedSchema, event));
      accountBehavior.events.accountCredited(event, state);
    }
    elapsed = performance.now() - started;
  }
  const balance = states.reduce((sum, state) => sum + state.balanceCents, 0n);
  const last = journal.at(-1);
  if (balance !== BigInt(journal.length) || !last || fromBinary(AccountCreditedSchema, last).amountCents !== 1n) {
    throw new Error("the bare loop lost an event");
  }
  return (journal.length / elapsed) * 1_000;
}

/**
 * A bare batched insert of the same rows into the same table at the same durability: as many in a transaction as there
 * are callers, on the main thread, with nothing else to do.
 */
function insertRows({ callers, entities }: Scenario, forMs: number, filename: string): number {
  const db = new DatabaseSync(filename);
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table ego_events (
      shard integer not null, position integer not null,
      entity_type integer not null, entity_id text not null, revision integer not null,
      event_type integer not null, payload blob not null, metadata blob not null,
      recorded_at integer not null, command_id text,
      unique (entity_id, entity_type, revision),
      unique (shard, position));
  `);
  const insert = db.prepare("insert into ego_events values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const revisions = new Array<number>(entities).fill(0);
  const positions = new Array<number>(64).fill(0);
  const metadata = new Uint8Array(0);
  let rows = 0;
  const started = performance.now();
  let elapsed = 0;
  while (elapsed < forMs) {
    db.exec("begin immediate");
    for (let i = 0; i < callers; i++) {
      const index = rows++ % entities;
      const id = accountId(index);
      const payload = toBinary(
        AccountCreditedSchema,
        create(AccountCreditedSchema, { accountId: id, amountCents: 1n }),
      );
      const shard = index % 64;
      const position = (positions[shard] ?? 0) + 1;
      positions[shard] = position;
      const revision = (revisions[index] ?? 0) + 1;
      revisions[index] = revision;
      insert.run(shard, position, 1, id, revision, 2, payload, metadata, Date.now(), crypto.randomUUID());
    }
    db.exec("commit");
    elapsed = performance.now() - started;
  }
  const counted = db.prepare("select count(*) as n from ego_events").get()?.n;
  db.close();
  if (counted !== rows) throw new Error(`the bare insert lost a row: ${counted} of ${rows}`);
  return (rows / elapsed) * 1_000;
}
