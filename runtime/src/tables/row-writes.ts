import { type CompiledQuery, type RawBuilder, sql } from "kysely";
import { EgoError } from "../error/ego-error.ts";
import type { CompiledTable } from "./compiled-table.ts";
import { type GivenColumn, type GivenField, type RowFields, rowFields } from "./row-fields.ts";
import { rowsTogether } from "./rows-together.ts";
import { changeStatement, mergeStatement, removeStatement, type Target, type WrittenColumn } from "./statements.ts";
import type { TableSession } from "./table-session.ts";
import { columnsAt, type SqlValue, type TableShape, tableText } from "./table-shape.ts";
import { isOutOfRange, writeFailure } from "./violation.ts";

/** A write of a row: a statement, and its parameters. */
export interface RowWrite {
  readonly statement: RowStatement;
  readonly parameters: readonly SqlValue[];
}

/** A statement that writes one row: the same for all writes that differ in their values alone. */
export interface RowStatement {
  readonly query: CompiledQuery;
  /**
   * The same for `rowsTogether` rows, with the parameters of one behind those of the other. Undefined if each needs a
   * statement of its own, as where it is to be known what became of each of them.
   */
  readonly together: CompiledQuery | undefined;
  /** What the database threw, as it is thrown to whoever writes. */
  failureOf(failure: unknown): unknown;
  /** What is wrong if it changed so many rows; undefined if nothing is. */
  refusal(changes: number | bigint): EgoError | undefined;
}

/**
 * Makes statements of writes of single rows, by local names of fields; what is a number in the database is added to there.
 *
 * Its calls throw EgoError `invalid_argument` for names that are not fields, and for values that a field cannot have or the
 * database cannot hold.
 */
export interface RowWrites {
  upsert(key: unknown, fields: Readonly<Record<string, unknown>>): RowWrite;
  increment(key: unknown, numbers: Readonly<Record<string, unknown>>): RowWrite;
  remove(key: unknown): RowWrite;
}

/** The writes of a table in a session. */
export function rowWrites(session: TableSession): RowWrites {
  const { shape } = session.table;
  const plan = planFor(session);
  const { fields } = plan;
  return {
    upsert(key, given) {
      const values: SqlValue[] = [];
      fields.putKey(key, values);
      let step = plan.upserts;
      for (const name in given) {
        if (!Object.hasOwn(given, name)) continue;
        step = step.next.get(name) ?? grown(step, step.next, name, fields.set(name), shape);
        step.put(given[name], values);
      }
      step.statement ??= upsertOf(session, step.columns);
      return writeOf(step.statement, values);
    },
    increment(key, numbers) {
      const values: SqlValue[] = [];
      fields.putKey(key, values);
      let step = plan.increments;
      for (const name in numbers) {
        const value = numbers[name];
        if (value === undefined || !Object.hasOwn(numbers, name)) continue;
        const negative = (value as number) < 0;
        const next = negative ? step.less : step.next;
        step = next.get(name) ?? grown(step, next, name, fields.added(name, negative), shape);
        step.put(value, values);
      }
      step.statement ??= incrementOf(session, step.columns);
      return writeOf(step.statement, values);
    },
    remove(key) {
      const values: SqlValue[] = [];
      fields.putKey(key, values);
      plan.removal ??= statementOf(session, () => removeStatement(target(session), false), asItIs, nothing);
      return writeOf(plan.removal, values);
    },
  };
}

/** What a table's rows are written by, built once for an adapter and a schema. */
interface RowPlan {
  readonly fields: RowFields;
  readonly upserts: Step;
  readonly increments: Step;
  removal: Statement | undefined;
}

/**
 * What a call has given so far. The names of a call are a path from one step to the next, so that it finds its statement
 * without a name for it.
 */
interface Step {
  /** Of all steps up to here, in the order of the values. */
  readonly columns: readonly GivenColumn[];
  readonly put: GivenField["put"];
  readonly next: Map<string, Step>;
  /** For numbers less than 0. */
  readonly less: Map<string, Step>;
  statement: Statement | undefined;
}

interface Statement extends RowStatement {
  /** For each parameter, which of the values it is, those of the key being first; undefined if that is the order of them. */
  readonly slots: readonly number[] | undefined;
}

// A compiled table is one for each adapter.
const plans = new WeakMap<CompiledTable, Map<string | undefined, RowPlan>>();

function planFor({ table, dialect, place }: TableSession): RowPlan {
  const bySchema = plans.get(table) ?? new Map<string | undefined, RowPlan>();
  plans.set(table, bySchema);
  let plan = bySchema.get(place.schema);
  if (plan === undefined) {
    plan = { fields: rowFields(table, dialect), upserts: start(), increments: start(), removal: undefined };
    bySchema.set(place.schema, plan);
  }
  return plan;
}

function start(): Step {
  return { columns: [], put: () => undefined, next: new Map(), less: new Map(), statement: undefined };
}

function grown(from: Step, by: Map<string, Step>, name: string, field: GivenField, shape: TableShape): Step {
  const twice = field.columns.find(({ column }) => from.columns.some((given) => given.column === column));
  if (twice !== undefined) {
    throw new EgoError(
      "invalid_argument",
      `${JSON.stringify(name)} of table "${shape.name}" sets the column "${twice.column.name}", as another field of its oneof does: give one of them.`,
      { details: { table: shape.name, field: name } },
    );
  }
  const step = { ...start(), columns: [...from.columns, ...field.columns], put: field.put };
  by.set(name, step);
  return step;
}

function upsertOf(session: TableSession, given: readonly GivenColumn[]): Statement {
  const changes = given.map(({ column }) => ({ column: column.name, value: session.dialect.inserted(column.name) }));
  const { shape } = session.table;
  const statement = (rows: number) => mergeStatement(target(session), rowsWrittenBy(session, given, rows), changes);
  // A row that is there, and of which nothing changes, is not counted.
  const most = changes.length > 0 ? rowsTogether : 1;
  return statementOf(session, statement, (failure) => writeFailure(failure, shape), nothing, most);
}

function incrementOf(session: TableSession, given: readonly GivenColumn[]): Statement {
  const { dialect, place } = session;
  // No row can begin with less than 0.
  const needsRow = given.some(({ negative }) => negative);
  const keyLength = session.table.shape.key.length;
  const changes = given.map(({ column, negative }, at) => ({
    column: column.name,
    value: dialect.sum({
      kind: column.kind,
      column: sql.id(place.name, column.name),
      amount: needsRow ? parameter(keyLength + at) : dialect.inserted(column.name),
      negative,
    }),
  }));
  const { shape } = session.table;
  const statement = (rows: number) => {
    const written = rowsWrittenBy(session, given, rows);
    if (!needsRow) return mergeStatement(target(session), written, changes);
    const [row = []] = written;
    return changeStatement(target(session), row.slice(0, keyLength), changes);
  };
  return statementOf(
    session,
    statement,
    (failure) => (isOutOfRange(failure) ? outOfRange(shape, given, failure) : writeFailure(failure, shape)),
    (changed) => (needsRow && Number(changed) === 0 ? outOfRange(shape, given) : undefined),
    needsRow || changes.length === 0 ? 1 : rowsTogether,
  );
}

/** The columns of the key, and those that are given, of so many rows. */
function rowsWrittenBy(
  { table }: TableSession,
  given: readonly GivenColumn[],
  rows: number,
): readonly (readonly WrittenColumn[])[] {
  const columns = [...columnsAt(table.shape, table.shape.key), ...given.map(({ column }) => column)];
  return Array.from({ length: rows }, (_, row) =>
    columns.map(({ name }, slot) => ({ name, value: parameter(row * columns.length + slot) })),
  );
}

function target(session: TableSession): Target {
  return { ...session, shape: session.table.shape };
}

/** Which of the values stands in a place. */
class Slot {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

function parameter(slot: number): RawBuilder<unknown> {
  return sql.val(new Slot(slot));
}

/** @param most rows that one statement can write */
function statementOf(
  { db }: TableSession,
  statement: (rows: number) => RawBuilder<unknown>,
  failureOf: RowStatement["failureOf"],
  refusal: RowStatement["refusal"],
  most = 1,
): Statement {
  const [query, slots] = compiled(statement(1), db);
  // Of statements with many columns, there are not many in one.
  const [together, slotsTogether] =
    most > 1 && query.parameters.length <= mostColumnsTogether ? compiled(statement(most), db) : [];
  return { query, together: slotsTogether ? undefined : together, slots, failureOf, refusal };
}

const mostColumnsTogether = 64;

/** A statement, and which values its parameters are, where they are in another order. */
function compiled(
  statement: RawBuilder<unknown>,
  db: TableSession["db"],
): readonly [CompiledQuery, readonly number[] | undefined] {
  const query = statement.compile(db);
  const slots = query.parameters.map((at, place) => (at instanceof Slot ? at.value : place));
  return [query, slots.every((slot, place) => slot === place) ? undefined : slots];
}

function writeOf(statement: Statement, values: readonly SqlValue[]): RowWrite {
  const parameters = statement.slots?.map((slot) => values[slot] ?? null) ?? values;
  return { statement, parameters };
}

function asItIs(failure: unknown): unknown {
  return failure;
}

function nothing(): undefined {}

function outOfRange(shape: TableShape, given: readonly GivenColumn[], cause?: unknown): EgoError {
  const names = given.map(({ column }) => column.name);
  const what =
    names.length === 1
      ? `the column "${names[0]}"`
      : `one of the columns ${names.map((name) => `"${name}"`).join(", ")}`;
  return new EgoError(
    "invalid_argument",
    `${tableText(shape)} cannot add to ${what}: the sum is out of the range of its field. The row is as it was.`,
    { cause, details: { table: shape.name, columns: names } },
  );
}
