import { type RawBuilder, sql } from "kysely";
import type { Column, SqlValue } from "./table-shape.ts";

/** A condition with its parameters, each of which is a value of a column. */
export interface Condition {
  readonly sql: RawBuilder<unknown>;
  readonly values: readonly SqlValue[];
  readonly columns: readonly Column[];
  /** The column that has one value in all of the rows. */
  readonly fixed?: Column;
}

/** A column has a value, or is null. */
export function equals(column: Column, value: SqlValue): Condition {
  const condition = value === null ? is(column, sql`is null`) : compared(column, sql`=`, value);
  return { ...condition, fixed: column };
}

/**
 * The rows that are behind some values, in an order of columns: one range of an index after the other, each a list of
 * conditions that hold together. As one condition it would have an `or`, for which databases read the index from its
 * start.
 *
 * @param comparesRows whether `(a, b) > (c, d)` is a range of an index, where no column may be null
 */
export function rangesBehind(
  sort: readonly Column[],
  values: readonly SqlValue[],
  descending: boolean,
  comparesRows: boolean,
): readonly (readonly Condition[])[] {
  const [first, ...others] = sort;
  const [value = null] = values;
  if (first === undefined) return [];
  const operator = descending ? sql`<` : sql`>`;
  if (comparesRows && others.length > 0 && sort.every(({ nullable }) => !nullable)) {
    const left = sql.join(sort.map(({ name }) => sql.id(name)));
    const right = sql.join(sort.map(() => sql`${null}`));
    return [[{ sql: sql`(${left}) ${operator} (${right})`, values, columns: sort }]];
  }
  const ties = rangesBehind(others, values.slice(1), descending, comparesRows);
  return [...ties.map((range) => [equals(first, value), ...range]), ...behind(first, value, descending)];
}

/** The rows whose column is behind a value. Null is the least. */
function behind(column: Column, value: SqlValue, descending: boolean): readonly (readonly Condition[])[] {
  if (value === null) return descending ? [] : [[is(column, sql`is not null`)]];
  if (!descending) return [[compared(column, sql`>`, value)]];
  const less = [compared(column, sql`<`, value)];
  return column.nullable ? [less, [is(column, sql`is null`)]] : [less];
}

function is(column: Column, what: RawBuilder<unknown>): Condition {
  return { sql: sql`${sql.id(column.name)} ${what}`, values: [], columns: [] };
}

function compared(column: Column, operator: RawBuilder<unknown>, value: SqlValue): Condition {
  return { sql: sql`${sql.id(column.name)} ${operator} ${null}`, values: [value], columns: [column] };
}
