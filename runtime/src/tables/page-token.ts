import { EgoError } from "../error/ego-error.ts";
import type { Column, SqlValue, TableShape } from "./table-shape.ts";
import { timestampOf } from "./timestamp-column.ts";

/** What a token belongs to. */
export interface PagedQuery {
  readonly where: readonly Column[];
  readonly values: readonly SqlValue[];
  readonly sort: readonly Column[];
  readonly descending: boolean;
}

/** Version of the form of tokens. */
const version = 1;

/** A token for the rows behind a row, of which these are the values that the query sorts by. */
export function writeToken(shape: TableShape, query: PagedQuery, values: readonly SqlValue[]): string {
  const text = JSON.stringify([identityOf(shape, query), values.map(written)]);
  return Buffer.from(text, "utf8").toString("base64url");
}

/**
 * The values of a token.
 *
 * @throws EgoError `invalid_argument` if it is none, or that of another query
 */
export function readToken(token: string, shape: TableShape, query: PagedQuery): readonly SqlValue[] {
  const [identity, written] = parse(token, shape);
  if (identity !== identityOf(shape, query)) {
    throw refuse(
      shape,
      "is the `next` of another query: give it to the one that it belongs to, with the same `where` and `order`",
    );
  }
  if (!Array.isArray(written) || written.length !== query.sort.length) throw broken(shape);
  return query.sort.map((column, at) => {
    const value = read(column, written[at]);
    if (value === undefined) throw broken(shape);
    return value;
  });
}

function identityOf({ name }: TableShape, { where, values, sort, descending }: PagedQuery): string {
  const names = (columns: readonly Column[]) => columns.map((column) => column.name);
  return JSON.stringify([version, name, names(where), values.map(written), names(sort), descending]);
}

function parse(token: string, shape: TableShape): readonly unknown[] {
  if (typeof token !== "string" || !/^[\w-]+$/.test(token)) throw broken(shape);
  const bytes = Buffer.from(token, "base64url");
  // Another text may have the same bytes.
  if (bytes.toString("base64url") !== token) throw broken(shape);
  try {
    const parsed: unknown = JSON.parse(bytes.toString("utf8"));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // No JSON.
  }
  throw broken(shape);
}

/** JSON has neither bigints nor -0 nor NaN: numbers are text. */
function written(value: SqlValue): string | null {
  if (value === null) return null;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A value of a column; undefined if it is none. */
function read({ kind, nullable }: Column, value: unknown): SqlValue | undefined {
  if (value === null) return nullable ? null : undefined;
  if (typeof value !== "string") return undefined;
  switch (kind) {
    case "text":
      return value;
    case "timestamp":
      return timestampOf(value) === undefined ? undefined : value;
    case "digits":
      return /^[0-9]{20}$/.test(value) ? value : undefined;
    case "real":
      return value === "NaN" || (value.trim() !== "" && !Number.isNaN(Number(value))) ? Number(value) : undefined;
    case "bigint":
      return isWithin(value, 63n) ? BigInt(value) : undefined;
    default:
      return isWithin(value, kind === "unsigned" ? 32n : 31n) ? Number(value) : undefined;
  }
}

function isWithin(text: string, bits: bigint): boolean {
  if (!/^-?[0-9]{1,19}$/.test(text)) return false;
  const value = BigInt(text);
  return value >= -(2n ** bits) && value < 2n ** bits;
}

function broken(shape: TableShape): EgoError {
  return refuse(shape, "is no `next` of a page, or was changed: give it as it came");
}

function refuse({ name }: TableShape, text: string): EgoError {
  return new EgoError("invalid_argument", `\`after\` ${text}.`, { details: { table: name } });
}
