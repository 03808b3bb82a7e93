import { type RawBuilder, sql } from "kysely";

// `on conflict`, as SQLite and Postgres have it: what other unique indexes refuse is refused.

/** Leaves a row with the key as it is. */
export function doNothing(key: readonly string[]): RawBuilder<unknown> {
  return sql`on conflict (${namesOf(key)}) do nothing`;
}

/** Overwrites the other columns of a row with the key. */
export function doUpdate(key: readonly string[], others: readonly string[]): RawBuilder<unknown> {
  if (others.length === 0) return doNothing(key);
  const set = sql.join(others.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`));
  return sql`on conflict (${namesOf(key)}) do update set ${set}`;
}

function namesOf(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.id(name)));
}
