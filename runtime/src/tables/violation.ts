import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { columnsAt, type TableShape, tableText } from "./table-shape.ts";

// SQLite's extended result codes, https://sqlite.org/rescode.html, as numbers and as names.
const sqliteUnique: ReadonlySet<unknown> = new Set([2067, "SQLITE_CONSTRAINT_UNIQUE"]);
const postgresUnique = "23505";
const postgresTooLong = "54000";
const mysqlUnique = 1062;
/** A number out of range: also what an upsert runs into that would change a row with another key, by an exponential. */
const mysqlRange = 1690;
const guardText = "exp(710";
/** A sum that its column cannot hold: of a type that is too small, in MySQL; one that ego refuses, in SQLite. */
const mysqlTooLarge = 1264;
const sqliteOverflow = "integer overflow";
const postgresRange = "22003";

/**
 * What a driver threw when a row was written, as an error of ego where it says something about the row: `already_exists`
 * for a unique index, which it names. Anything else is given back as it is.
 */
export function writeFailure(failure: unknown, shape: TableShape): unknown {
  if (!(failure instanceof Error)) return failure;
  const details = { table: shape.name };
  if (codeOf(failure) === postgresTooLong) {
    const text = `${tableText(shape)} cannot hold the row: ${textOf(failure)}`;
    return new EgoError("invalid_argument", text, { cause: failure, details });
  }
  const names = violatedIndexes(failure, shape);
  if (names === undefined) return failure;
  const indexes = names.map((name) => {
    const index = shape.indexes.find((one) => one.name === name);
    const columns = index === undefined ? [] : columnsAt(shape, index.columns).map((column) => column.name);
    return columns.length === 0 ? `"${name}"` : `"${name}" (${columns.join(", ")})`;
  });
  return new EgoError(
    "already_exists",
    `${tableText(shape)} has another row with the same values in its unique index ${indexes.join(" or ")}.`,
    { cause: failure, details: { ...details, uniqueIndex: names.join(" or ") } },
  );
}

/** Whether a row was not inserted because there is one with its key, where a database says so by failing. */
export function isKeyViolation(failure: unknown): boolean {
  return codeOf(failure) === mysqlUnique && mysqlKeyOf(failure as Error) === "PRIMARY";
}

/** Whether a sum was not written because it is out of the range of its column. */
export function isOutOfRange(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  const code = codeOf(failure);
  if (code === mysqlRange) return !failure.message.includes(guardText);
  return code === mysqlTooLarge || code === postgresRange || failure.message === sqliteOverflow;
}

/** The unique indexes that a row may have violated; undefined if it was something else. */
function violatedIndexes(failure: Error, shape: TableShape): readonly string[] | undefined {
  const code = codeOf(failure);
  const unique = shape.indexes.filter((index) => index.unique);
  if (sqliteUnique.has(code)) {
    // It names the columns, as `items.a, items.b`.
    const columns = /constraint failed: (.*)$/.exec(failure.message)?.[1] ?? "";
    const index = unique.find((one) => columnsText(shape, one.columns) === columns);
    return [index?.name ?? columns];
  }
  if (code === postgresUnique) {
    // `pg` and PGlite name it in one way, postgres.js in another.
    const { constraint, constraint_name } = failure as { constraint?: string; constraint_name?: string };
    return [constraint ?? constraint_name ?? ""];
  }
  if (code === mysqlUnique) return [mysqlKeyOf(failure)];
  return code === mysqlRange ? unique.map(({ name }) => name) : undefined;
}

/** The index that a row violated. MySQL puts the table in front of it, MariaDB does not. */
export function mysqlKeyOf({ message }: Error): string {
  return /^.*for key '(?:[^']*\.)?([^'.]*)'$/s.exec(message)?.[1] ?? "";
}

/** What drivers tell an error by: node:sqlite has `errcode`; mysql2 has `errno`, and a name in `code`. */
function codeOf(failure: unknown): unknown {
  const { errcode, errno, code } = failure as { errcode?: unknown; errno?: unknown; code?: unknown };
  if (typeof errcode === "number") return errcode;
  return typeof errno === "number" ? errno : code;
}

function columnsText(shape: TableShape, places: readonly number[]): string {
  return columnsAt(shape, places)
    .map(({ name }) => `${shape.name}.${name}`)
    .join(", ");
}
