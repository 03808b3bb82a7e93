import { type RawBuilder, sql } from "kysely";
import { EgoError } from "../error/ego-error.ts";
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

  // A null is another statement, since nothing equals it.
  const nulls = (values: readonly SqlValue[]) => values.map((value) => (value === null ? 0 : 1)).join("");
  const name = `list ${plan.where.map((column) => column.name)} ${nulls(plan.values)} by ${plan.sort.map((column) => column.name)} ${plan.descending} ${after ? nulls(after) : ""}`;
  const conditions = [
    ...plan.where.map((column, at) => equals(column, plan.values[at] ?? null)),
    ...(after ? [beyond(plan.sort, after, plan.descending, session.dialect.comparesRows)] : []),
  ];
  const statement = () =>
    listStatement(
      session,
      plan,
      conditions.map(({ sql }) => sql),
    );
  const { rows } = await session.run(name, statement, [
    ...conditions.flatMap(({ columns, values }) => session.bind(values, columns)),
    limit + 1,
  ]);

  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page.map(found) };
  const message = session.table.fromRow(shape.columns.map((column) => last[column.name]));
  const values = session.table.toRow(message);
  const next = writeToken(
    shape,
    plan,
    plan.sort.map((column) => values[shape.columns.indexOf(column)] ?? null),
  );
  return { rows: page.map(found), next };
}

function planOf({ table }: TableSession, { where = {}, order = "ascending" }: AnyQuery): Plan {
  const { shape, fields } = table;
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
  { sort, descending }: Plan,
  conditions: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const table = sql.id(place.name);
  const where = conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
  const order = sort.map(({ name, nullable }) => sql`${table}.${sql.id(name)} ${dialect.order(nullable, descending)}`);
  const by = order.length === 0 ? sql`` : sql` order by ${sql.join(order)}`;
  return sql`${selectFrom({ place, shape, dialect })}${where}${by} limit ${null}`;
}

/** A condition with its parameters, each of which is a value of a column. */
interface Condition {
  readonly sql: RawBuilder<unknown>;
  readonly values: readonly SqlValue[];
  readonly columns: readonly Column[];
}

function equals(column: Column, value: SqlValue): Condition {
  return value === null ? is(column, sql`is null`) : compared(column, sql`=`, value);
}

/** Rows that come after some values, in an order. */
function beyond(
  sort: readonly Column[],
  values: readonly SqlValue[],
  descending: boolean,
  comparesRows: boolean,
): Condition {
  const [first, ...others] = sort;
  const [value = null] = values;
  if (first === undefined) return nothing;
  const past = pastOne(first, value, descending);
  if (others.length === 0) return past;
  if (comparesRows && sort.every(({ nullable }) => !nullable)) {
    const left = sql.join(sort.map(({ name }) => sql.id(name)));
    const right = sql.join(sort.map(() => sql`${null}`));
    return { sql: sql`(${left}) ${descending ? sql`<` : sql`>`} (${right})`, values, columns: sort };
  }
  const same = equals(first, value);
  const rest = beyond(others, values.slice(1), descending, comparesRows);
  return {
    sql: sql`(${past.sql} or (${same.sql} and ${rest.sql}))`,
    values: [...past.values, ...same.values, ...rest.values],
    columns: [...past.columns, ...same.columns, ...rest.columns],
  };
}

/** One column beyond a value. Null is the least. */
function pastOne(column: Column, value: SqlValue, descending: boolean): Condition {
  if (value === null) return descending ? nothing : is(column, sql`is not null`);
  if (!descending) return compared(column, sql`>`, value);
  const less = compared(column, sql`<`, value);
  return column.nullable ? { ...less, sql: sql`(${less.sql} or ${sql.id(column.name)} is null)` } : less;
}

const nothing: Condition = { sql: sql`1 = 0`, values: [], columns: [] };

function is(column: Column, what: RawBuilder<unknown>): Condition {
  return { sql: sql`${sql.id(column.name)} ${what}`, values: [], columns: [] };
}

function compared(column: Column, operator: RawBuilder<unknown>, value: SqlValue): Condition {
  return { sql: sql`${sql.id(column.name)} ${operator} ${null}`, values: [value], columns: [column] };
}
