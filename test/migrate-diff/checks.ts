import { fromJson, type JsonObject, type Message, toJson } from "@bufbuild/protobuf";
import type { TableData } from "@ego/runtime/codegen";
import { createTables, stateTableStore, tableReader, tableStore } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import { expect } from "vitest";
import { tableStatuses } from "../../runtime/src/tables/create-tables.ts";
import type { MigrationCase } from "./cases.ts";
import { type Introspection, introspect } from "./introspect.ts";
import type { Version } from "./versions.ts";

// biome-ignore lint/suspicious/noExplicitAny: tables that are only known at run time
export type AnyDatabase = Kysely<any>;

/** A migration, as its file exports it. */
export type Up = (db: Kysely<unknown>) => Promise<void>;

/** What a migration is tried on. */
export interface Bench {
  readonly family: "sqlite" | "postgres" | "mysql";
  /** A database for the migration. */
  readonly db: AnyDatabase;
  /** Another one, in which the runtime creates the new tables itself. */
  readonly fresh: AnyDatabase;
}

/** Where a migration runs, as Kysely's Migrator runs it. */
export function apply({ family }: Pick<Bench, "family">, db: AnyDatabase, up: Up): Promise<void> {
  const run = (on: AnyDatabase) => up(on as unknown as Kysely<unknown>);
  return family === "mysql" ? db.connection().execute(run) : db.transaction().execute(run);
}

/**
 * Stores rows by the old release, migrates, and looks at everything that was promised: the runtime takes the tables as
 * they are, which are those that it would create; rows are read, written, and written by programs of before.
 */
export async function checkMigration(
  bench: Bench,
  one: MigrationCase,
  [before, after]: readonly [Version, Version],
  up: Up,
): Promise<void> {
  const { db, fresh } = bench;
  for (const { name } of [...before.data, ...after.data]) {
    for (const of of [db, fresh]) await of.schema.dropTable(name).ifExists().execute();
  }
  await createTables(db, before.data);
  for (const row of one.rows) await write(db, before, row);

  await apply(bench, db, up);
  // All of it is there: nothing is left for the start of an engine.
  const found = await tableStatuses(db, after.data);
  expect(found).toEqual(after.data.map(({ name }) => ({ name, present: true, missingIndexes: [] })));
  await createTables(db, after.data);

  expect(await allRows(db, after)).toEqual(one.reads);
  await write(db, after, one.writes);
  expect(await allRows(db, after)).toContainEqual(one.writes);
  if (one.stillWrites) {
    const problems = (await tableStatuses(db, before.data)).flatMap(({ problem }) => problem ?? []);
    expect(problems).toHaveLength(one.startsNoMore ? 1 : 0);
    await write(db, before, one.stillWrites);
    expect(await allRows(db, after)).toContainEqual(one.stillReads ?? one.stillWrites);
  }

  // Once more, as after a failure where statements are committed one by one.
  await apply(bench, db, up);
  const rows = await allRows(db, after);
  expect(rows).toHaveLength(one.rows.length + (one.stillWrites ? 2 : 1));
  expect(rows.slice(0, one.reads.length)).toEqual(one.reads);

  await createTables(fresh, after.data);
  for (const table of after.data) {
    const wanted = await introspect(fresh, bench.family, table.name);
    const migrated = await introspect(db, bench.family, table.name);
    expect(without(migrated, left(before, table))).toEqual(wanted);
  }
  // And where an engine was first.
  await apply(bench, fresh, up);
  for (const table of after.data) {
    const wanted = await introspect(db, bench.family, table.name);
    expect(without(wanted, left(before, table))).toEqual(
      without(await introspect(fresh, bench.family, table.name), []),
    );
  }
}

async function write(db: AnyDatabase, { row, rowTable }: Version, json: JsonObject): Promise<void> {
  const message = fromJson(row, json);
  if (rowTable.kind === "state") {
    await stateTableStore<never, never, Message, ["id"]>(db as never, rowTable as never).upsert(message, {
      expectedRevision: 0,
    });
  } else await tableStore<never, never, Message, ["id"]>(db as never, rowTable as never).upsert(message);
}

async function allRows(db: AnyDatabase, { row, rowTable }: Version): Promise<readonly unknown[]> {
  const reader = tableReader<never, never, Message, ["id"]>(db as never, rowTable as never);
  const page = await reader.list({});
  return page.rows.map((found: object) => toJson(row, ("state" in found ? found.state : found) as Message));
}

/** Columns that stay after the protos have none of them any more. */
function left(before: Version, { name, columns, message }: TableData): readonly string[] {
  const old = before.data.find((table) => table.name === name || table.message.typeName === message.typeName);
  const has = new Set(Object.values(columns));
  return Object.values(old?.columns ?? {}).filter((column) => !has.has(column));
}

function without(found: Introspection, columns: readonly string[]): Introspection {
  return { ...found, columns: found.columns.filter(({ name }) => !columns.includes(name)) };
}
