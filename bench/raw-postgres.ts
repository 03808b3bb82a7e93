import { create, toBinary } from "@bufbuild/protobuf";
import { Client } from "pg";
import { AccountCreditedSchema } from "../examples/bank/src/gen/bank/v1/account_pb.ts";
import { type ElementType, encodeArray, PostgresArray } from "../runtime/src/stores/sql/postgres-array.ts";
import { accountId, type Place, type Scenario } from "./scenario.ts";

const columns: readonly (readonly [name: string, type: ElementType])[] = [
  ["shard", "int4"],
  ["position", "int8"],
  ["entity_type", "int4"],
  ["entity_id", "text"],
  ["revision", "int8"],
  ["event_type", "int4"],
  ["payload", "bytea"],
  ["metadata", "bytea"],
  ["recorded_at", "int8"],
  ["command_id", "text"],
];

/**
 * A bare insert of the same rows into the same table at the same durability: one statement for as many as there are
 * callers, its arrays in binary form, one in flight, with nothing else to do.
 */
export async function insertArrays({ callers, entities }: Scenario, forMs: number, place: Place): Promise<number> {
  const { url, schema } = place;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create schema ${schema};
    create table ${schema}.ego_events (
      shard int4 not null, position int8 not null,
      entity_type int4 not null, entity_id text collate "C" not null, revision int8 not null,
      event_type int4 not null, payload bytea not null, metadata bytea not null,
      recorded_at int8 not null, command_id text collate "C",
      primary key (entity_id, entity_type, revision),
      unique (shard, position));
  `);
  const names = columns.map(([name]) => name).join(", ");
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ");
  const text = `insert into ${schema}.ego_events (${names}) select * from unnest(${arrays})`;
  const revisions = new Array<number>(entities).fill(0);
  const positions = new Array<number>(256).fill(0);
  const metadata = new Uint8Array(0);
  let rows = 0;
  const started = performance.now();
  let elapsed = 0;
  while (elapsed < forMs) {
    const values = columns.map((): (number | string | Uint8Array)[] => []);
    for (let i = 0; i < callers; i++) {
      const index = rows++ % entities;
      const id = accountId(index);
      const event = create(AccountCreditedSchema, { accountId: id, amountCents: 1n });
      const shard = index % 256;
      const position = (positions[shard] ?? 0) + 1;
      positions[shard] = position;
      const revision = (revisions[index] ?? 0) + 1;
      revisions[index] = revision;
      const payload = toBinary(AccountCreditedSchema, event);
      const row = [shard, position, 1, id, revision, 2, payload, metadata, Date.now(), crypto.randomUUID()];
      for (const [at, value] of row.entries()) values[at]?.push(value);
    }
    const parameters = columns.map(([, type], at) => encodeArray(new PostgresArray(type, values[at] ?? [])));
    await client.query({ name: "raw", text, values: parameters });
    elapsed = performance.now() - started;
  }
  const { rows: counted } = await client.query(`select count(*)::int as n from ${schema}.ego_events`);
  await client.end();
  if (counted[0].n !== rows) throw new Error(`the bare insert lost a row: ${counted[0].n} of ${rows}`);
  return (rows / elapsed) * 1_000;
}
