import { type RawBuilder, sql } from "kysely";
import type { ColumnChange } from "./dialect.ts";

// `on conflict`, as SQLite and Postgres have it: what other unique indexes refuse is refused.

/** Leaves a row with the key as it is. */
export function doNothing(key: readonly string[]): RawBuilder<unknown> {
  return sql`on conflict (${namesOf(key)}) do nothing`;
}

/** Changes a row with the key. */
export function doUpdate(key: readonly string[], changes: readonly ColumnChange[]): RawBuilder<unknown> {
  if (changes.length === 0) return doNothing(key);
  const set = sql.join(changes.map(({ column, value }) => sql`${sql.id(column)} = ${value}`));
  return sql`on conflict (${namesOf(key)}) do update set ${set}`;
}

/** What would have been inserted. */
export function excluded(column: string): RawBuilder<unknown> {
  return sql.id("excluded", column);
}

function namesOf(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.id(name)));
}
