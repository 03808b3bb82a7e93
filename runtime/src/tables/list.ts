import { type RawBuilder, sql } from "kysely";
import { EgoError } from "../error/ego-error.ts";
import { type Condition, equals, rangesBehind } from "./key-range.ts";
import { readToken, writeToken } from "./page-token.ts";
import { selectFrom } from "./statements.ts";
import type { Row, TableSession } from "./table-session.ts";
import { type Column, columnsAt, type SqlValue, tableText } from "./table-shape.ts";
import type { Fields, Where } from "./table-types.ts";

/** Which rows, and how many. */
export interface ListQuery<Message, Key extends Fields, Index extends Fields> {
  /**
   * Values of the first fields of the key or of an index; null for fields that are not set. The rows come in the order
   * of the fields of that index that are left, then of the key. Without it, all rows come in the order of the key.
   */
  readonly where?: Where<Message, Key, Index>;
  /** `ascending` if not given. A field that is not set is less than any that is. */
  readonly order?: "ascending" | "descending";
  /** Rows of a page, 1 to 10,000; 100 if not given. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** Some rows, and the way to those that follow. */
export interface Page<Found> {
  readonly rows: readonly Found[];
  /** What the same query takes as `after`; not there if these rows were the last. */
  readonly next?: string;
}

/** A query as a program that was not type-checked may give it. */
interface AnyQuery {
  readonly where?: Readonly<Record<string, unknown>> | undefined;
  readonly order?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

const defaultLimit = 100;
const maxLimit = 10_000;

/** What a query asks for, in columns. */
interface Plan {
  readonly where: readonly Column[];
  readonly values: readonly SqlValue[];
  /** What the rows are sorted by: different for any two of them. */
  readonly sort: readonly Column[];
  readonly descending: boolean;
}

/**
 * One page of rows.
 *
 * @throws EgoError `invalid_argument`
 */
export async function listRows<Found>(
  session: TableSession,
  query: AnyQuery,
  found: (row: Row) => Found,
): Promise<Page<Found>> {
  const plan = planOf(session, query);
  const limit = limitOf(session, query);
  const { shape } = session.table;
  const after = query.after === undefined ? undefined : readToken(query.after, shape, plan);

  const asked = plan.where.map((column, at) => equals(column, plan.values[at] ?? null));
  const ranges = after ? rangesBehind(plan.sort, after, plan.descending, session.dialect.comparesRows) : [[]];
  // A null makes another statement, since nothing equals it.
  const nulls = (values: readonly SqlValue[]) => values.map((value) => (value === null ? 0 : 1)).join("");
  const names = (columns: readonly Column[]) => JSON.stringify(columns.map((column) => column.name));
  const name = `list ${names(plan.where)} ${nulls(plan.values)} by ${names(plan.sort)} ${plan.descending} ${after ? nulls(after) : ""}`;

  // One more than the page, which tells whether there is another page.
  const rows: Row[] = [];
  for (const [index, range] of ranges.entries()) {
    const conditions = [...asked, ...range];
    const parameters = conditions.flatMap(({ columns, values }) => session.bind(values, columns));
    const missing = limit + 1 - rows.length;
    const statement = () => listStatement(session, plan, conditions);
    rows.push(...(await session.run(`${name} ${index}`, statement, [...parameters, missing])).rows);
    if (rows.length > limit) break;
  }

  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page.map(found) };
  const values = plan.sort.map((column) => session.table.normalized(shape.columns.indexOf(column), last[column.name]));
  return { rows: page.map(found), next: writeToken(shape, plan, values) };
}

function planOf({ table }: TableSession, query: AnyQuery): Plan {
  const { shape, fields } = table;
  if (typeof query !== "object" || query === null) {
    throw refuse("takes an object, as list({ where, limit })", shape.name);
  }
  const { where = {}, order = "ascending" } = query;
  if (typeof where !== "object" || where === null) {
    throw refuse("takes an object of fields and their values as its where", shape.name);
  }
  if (order !== "ascending" && order !== "descending") {
    throw refuse(`takes "ascending" or "descending" as its order, not ${JSON.stringify(order)}`, shape.name);
  }
  const names = Object.keys(where);
  const indexes = [shape.key, ...shape.indexes.map(({ columns }) => columns)];
  const localOf = (place: number) => fields[place]?.localName ?? "";
  const index = indexes.find((places) => {
    const first = places.slice(0, names.length).map(localOf);
    return first.length === names.length && names.every((name) => first.includes(name));
  });
  if (index === undefined) {
    const texts = indexes.map((places) => `(${places.map(localOf).join(", ")})`).join(", ");
    throw refuse(
      `can ask for the first fields of the key or of an index of ${tableText(shape)}: ${texts}; there is none that begins with ${names.join(", ")}`,
      shape.name,
    );
  }
  const asked = index.slice(0, names.length);
  const rest = [...index.slice(names.length), ...shape.key].filter((place) => !asked.includes(place));
  return {
    where: columnsAt(shape, asked),
    values: asked.map((place) => table.columnValue(place, where[localOf(place)])),
    sort: columnsAt(shape, [...new Set(rest)]),
    descending: order === "descending",
  };
}

function limitOf({ table }: TableSession, { limit = defaultLimit }: AnyQuery): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw refuse(`takes a limit from 1 to ${maxLimit}, not ${String(limit)}`, table.shape.name);
}

function refuse(text: string, table: string): EgoError {
  return new EgoError("invalid_argument", `list ${text}.`, { details: { table } });
}

function listStatement(
  { dialect, place, table: { shape } }: TableSession,
  { where, sort, descending }: Plan,
  conditions: readonly Condition[],
): RawBuilder<unknown> {
  const table = sql.id(place.name);
  const all = sql.join(
    conditions.map((condition) => condition.sql),
    sql` and `,
  );
  // What has one value in all rows sorts nothing.
  const fixed = conditions.flatMap((condition) => condition.fixed ?? []);
  const nulls = new Set(conditions.flatMap(({ fixed, values }) => (fixed && values.length === 0 ? fixed : [])));
  const order = [...where, ...sort]
    .filter((column) => !fixed.includes(column) || (dialect.ordersByNull && nulls.has(column)))
    .map(({ name, nullable }) => sql`${table}.${sql.id(name)} ${dialect.order(nullable, descending)}`);
  const by = order.length === 0 ? sql`` : sql` order by ${sql.join(order)}`;
  const only = conditions.length === 0 ? sql`` : sql` where ${all}`;
  return sql`${selectFrom({ place, shape, dialect })}${only}${by} limit ${null}`;
}
