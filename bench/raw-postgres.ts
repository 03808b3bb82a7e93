import { Client } from "pg";
import { type ElementType, encodeArray, PostgresArray } from "../runtime/src/stores/sql/postgres-array.ts";
import { batchLoop, type Load } from "./load.ts";
import type { Place } from "./place.ts";
import { rawColumns, rawRows } from "./raw-rows.ts";
import type { Scenario } from "./scenario.ts";

const types: readonly ElementType[] = [
  "int4",
  "int8",
  "int4",
  "text",
  "int8",
  "int4",
  "bytea",
  "bytea",
  "int8",
  "text",
];

/**
 * A bare insert of the same rows into the same table at the same durability: one statement for a batch, its arrays in
 * binary form, one in flight, with nothing else to do.
 */
export async function insertArrays({ entities }: Scenario, size: number, forMs: number, place: Place): Promise<Load> {
  const { url, schema } = place;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create schema ${schema};
    create table ${schema}.ego_events (
      shard int4 not null, position int8 not null,
      entity_type int4 not null, entity_id text collate "C" not null, revision int8 not null,
      event_type int4 not null, payload bytea, sensitive bytea, key_id text, metadata bytea not null,
      recorded_at int8 not null, command_id text collate "C",
      primary key (entity_id, entity_type, revision),
      unique (shard, position));
  `);
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const text = `insert into ${schema}.ego_events (${rawColumns.join(", ")}) select * from unnest(${arrays})`;
  const rows = await rawRows(entities, 256);
  const load = await batchLoop(size, forMs, () => {
    const values = types.map((): (number | string | Uint8Array)[] => []);
    for (let i = 0; i < size; i++) {
      const row = rows.next();
      for (let at = 0; at < row.length; at++) values[at]?.push(row[at] as number | string | Uint8Array);
    }
    const parameters = types.map((type, at) => encodeArray(new PostgresArray(type, values[at] ?? [])));
    return client.query({ name: "raw", text, values: parameters });
  });
  const { rows: counted } = await client.query(`select count(*)::int as n from ${schema}.ego_events`);
  await client.end();
  if (counted[0].n !== load.count) throw new Error(`the bare insert lost a row: ${counted[0].n} of ${load.count}`);
  return load;
}
