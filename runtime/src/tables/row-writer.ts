import { type CompiledQuery, type RawBuilder, sql } from "kysely";
import type { ProjectedRows } from "../codegen/projected-rows.ts";
import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import type { CompiledTable } from "./compiled-table.ts";
import type { AnyDatabase } from "./dialects/dialect.ts";
import { type GivenColumn, type GivenField, type RowFields, rowFields } from "./row-fields.ts";
import { changeStatement, mergeStatement, removeStatement, type Target } from "./statements.ts";
import { openTable, type TableSession } from "./table-session.ts";
import { columnsAt, type SqlValue, type TableShape, tableText } from "./table-shape.ts";
import { isOutOfRange, writeFailure } from "./violation.ts";
import { isPrepared, prepareRows, refuseStates } from "./writer.ts";

/**
 * Writes single rows of a read model's table, by local names of fields; what is a number in the database is added to there.
 *
 * After `prepareRows`, each call hands its statement to the driver before it returns: calls that nobody awaits keep their
 * order, among themselves and beside other queries of the transaction.
 *
 * Its calls throw EgoError `already_exists` if a unique index refuses the row, and `invalid_argument` for names that are
 * not fields, for values that a field cannot have or the database cannot hold, and for sums out of the range of a field.
 *
 * @param db may be a transaction
 * @throws EgoError `unsupported` if it is the table of a state, or this version cannot keep such a table
 */
export function rowWriter(db: AnyDatabase, table: TableData): ProjectedRows {
  const session = openTable(db, table);
  const { shape } = session.table;
  refuseStates(shape);
  const plan = planFor(session);
  const { fields } = plan;

  /** Async, so that whoever calls gets failures by the promise; what comes before the first await is done in the call. */
  async function run(statement: Statement, values: readonly SqlValue[]): Promise<bigint> {
    const { query, slots } = statement;
    const parameters = slots === undefined ? values : slots.map((slot) => values[slot] ?? null);
    if (!isPrepared(session.db)) await prepareRows(session.db);
    const { numAffectedRows = 0n } = await session.db.executeQuery({ ...query, parameters });
    return numAffectedRows;
  }

  return {
    async upsert(key, given) {
      const values: SqlValue[] = [];
      fields.putKey(key, values);
      let step = plan.upserts;
      for (const name in given) {
        if (!Object.hasOwn(given, name)) continue;
        step = step.next.get(name) ?? grown(step, step.next, name, fields.set(name), shape);
        step.put(given[name], values);
      }
      step.statement ??= upsertOf(session, step.columns);
      try {
        await run(step.statement, values);
      } catch (failure) {
        throw writeFailure(failure, shape);
      }
    },
    async increment(key, numbers) {
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
      let affected: bigint;
      try {
        affected = await run(step.statement, values);
      } catch (failure) {
        throw isOutOfRange(failure) ? outOfRange(shape, step.columns, failure) : writeFailure(failure, shape);
      }
      if (affected === 0n && step.columns.some(({ negative }) => negative)) throw outOfRange(shape, step.columns);
    },
    async remove(key) {
      const values: SqlValue[] = [];
      fields.putKey(key, values);
      plan.removal ??= statementOf(session, removeStatement(target(session), false));
      await run(plan.removal, values);
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

interface Statement {
  readonly query: CompiledQuery;
  /** For each parameter, which of the values it is: first those of the key. Undefined if they are the same. */
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
  return statementOf(session, mergeStatement(target(session), writtenBy(session, given), changes));
}

function incrementOf(session: TableSession, given: readonly GivenColumn[]): Statement {
  const { dialect, place } = session;
  const written = writtenBy(session, given);
  // No row can begin with less than 0.
  const needsRow = given.some(({ negative }) => negative);
  const keyLength = written.length - given.length;
  const changes = given.map(({ column, negative }, at) => ({
    column: column.name,
    value: dialect.sum({
      kind: column.kind,
      column: sql.id(place.name, column.name),
      amount: needsRow ? parameter(keyLength + at) : dialect.inserted(column.name),
      negative,
    }),
  }));
  return statementOf(
    session,
    needsRow
      ? changeStatement(target(session), written.slice(0, keyLength), changes)
      : mergeStatement(target(session), written, changes),
  );
}

/** The columns of the key, and those that are given. */
function writtenBy({ table }: TableSession, given: readonly GivenColumn[]) {
  const columns = [...columnsAt(table.shape, table.shape.key), ...given.map(({ column }) => column)];
  return columns.map(({ name }, slot) => ({ name, value: parameter(slot) }));
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

function statementOf(session: TableSession, statement: RawBuilder<unknown>): Statement {
  const query = statement.compile(session.db);
  const slots = query.parameters.map((at, place) => (at instanceof Slot ? at.value : place));
  return { query, slots: slots.every((slot, place) => slot === place) ? undefined : slots };
}

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
