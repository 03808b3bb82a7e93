import { type RawBuilder, sql } from "kysely";
import { type ColumnChange, type Place, type TableDialect, tableRef } from "./dialects/dialect.ts";
import { columnNames, columnsAt, revisionColumn, type TableShape } from "./table-shape.ts";

// The SQL of tables. Parameters come in the order in which a statement shows them; a row's values are those of
// `columnNames`.

/** A table, where it is. */
export interface Target {
  readonly place: Place;
  readonly shape: TableShape;
  readonly dialect: TableDialect;
}

/** All columns of a table, by their names. */
export function selectFrom({ place, shape, dialect }: Target): RawBuilder<unknown> {
  const kinds = new Map(shape.columns.map(({ name, kind }) => [name, kind]));
  const table = tableRef({ schema: undefined, name: place.name });
  const columns = columnNames(shape).map((name) => {
    const column = sql`${table}.${sql.id(name)}`;
    return sql`${dialect.read(column, kinds.get(name) ?? "integer")} as ${sql.id(name)}`;
  });
  return sql`select ${sql.join(columns)} from ${tableRef(place)}`;
}

/** The row of a key. Parameters: the key. */
export function findStatement(target: Target): RawBuilder<unknown> {
  return sql`${selectFrom(target)} where ${keyIs(target)}`;
}

/** The rows of several keys of one column. Parameters: the keys. */
export function findAllStatement(target: Target, count: number): RawBuilder<unknown> {
  const [key = ""] = keyNames(target);
  return sql`${selectFrom(target)} where ${sql.id(key)} in (${sql.join(Array.from({ length: count }, () => parameter))})`;
}

/** Inserts a row, unless there is one with its key. Parameters: the row. */
export function insertStatement(target: Target): RawBuilder<unknown> {
  return sql`${insertInto(target)} ${target.dialect.skip(keyNames(target))}`;
}

/** Inserts a row, or overwrites the one with its key. Parameters: the row. */
export function upsertStatement(target: Target): RawBuilder<unknown> {
  const key = keyNames(target);
  const others = columnNames(target.shape).filter((name) => !key.includes(name));
  const changes = others.map((column) => ({ column, value: target.dialect.inserted(column) }));
  return sql`${insertInto(target)} ${target.dialect.overwrite(key, changes)}`;
}

/** Overwrites the row that has the key and a revision. Parameters: the row, the key, the revision. */
export function updateStatement(target: Target): RawBuilder<unknown> {
  const set = sql.join(columnNames(target.shape).map((name) => sql`${sql.id(name)} = ${parameter}`));
  return sql`update ${tableRef(target.place)} set ${set} where ${keyIs(target)} and ${revisionIs}`;
}

/** Removes the row of a key. Parameters: the key, and the revision if it is checked. */
export function removeStatement(target: Target, checked: boolean): RawBuilder<unknown> {
  const remove = sql`delete from ${tableRef(target.place)} where ${keyIs(target)}`;
  return checked ? sql`${remove} and ${revisionIs}` : remove;
}

/** A column of a row that is written, and how a statement shows its value. */
export interface WrittenColumn {
  readonly name: string;
  readonly value: RawBuilder<unknown>;
}

/**
 * Inserts rows whose other columns hold what is set in no message, or changes those with their keys.
 *
 * @param rows the columns of each row, which are the same for all of them
 */
export function mergeStatement(
  target: Target,
  rows: readonly (readonly WrittenColumn[])[],
  changes: readonly ColumnChange[],
): RawBuilder<unknown> {
  const { dialect, place, shape } = target;
  const [columns = []] = rows;
  const given = new Set(columns.map(({ name }) => name));
  const others = shape.columns.filter(({ name }) => !given.has(name));
  const initial = others.map((column) =>
    sql.raw(column.initial === null ? "null" : dialect.literal(column.initial, column.kind)),
  );
  const ids = sql.join([...columns, ...others].map(({ name }) => sql.id(name)));
  const values = sql.join(rows.map((row) => sql`(${sql.join([...row.map(({ value }) => value), ...initial])})`));
  return sql`insert into ${tableRef(place)} (${ids}) values ${values} ${dialect.overwrite(keyNames(target), changes)}`;
}

/** Changes the row of a key, if there is one. */
export function changeStatement(
  target: Target,
  key: readonly WrittenColumn[],
  changes: readonly ColumnChange[],
): RawBuilder<unknown> {
  const set = sql.join(changes.map(({ column, value }) => sql`${sql.id(column)} = ${value}`));
  const where = sql.join(
    key.map(({ name, value }) => sql`${sql.id(name)} = ${value}`),
    sql` and `,
  );
  return sql`update ${tableRef(target.place)} set ${set} where ${where}`;
}

function insertInto({ place, shape }: Target): RawBuilder<unknown> {
  const names = columnNames(shape);
  const ids = sql.join(names.map((name) => sql.id(name)));
  return sql`insert into ${tableRef(place)} (${ids}) values (${sql.join(names.map(() => parameter))})`;
}

function keyNames({ shape }: Target): readonly string[] {
  return columnsAt(shape, shape.key).map(({ name }) => name);
}

const parameter = sql`${null}`;
const revisionIs = sql`${sql.id(revisionColumn)} = ${parameter}`;

function keyIs(target: Target): RawBuilder<unknown> {
  return sql.join(
    keyNames(target).map((name) => sql`${sql.id(name)} = ${parameter}`),
    sql` and `,
  );
}
