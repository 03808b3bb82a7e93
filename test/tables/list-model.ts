import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Entry } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { AnyQuery } from "./stores.ts";

/** The key of a table of entries. */
export const key: readonly string[] = ["tenant", "number"];

/** Fields of its indexes: with and without nulls, of every kind that sorts, and with ties. */
export const indexFields: readonly (readonly string[])[] = [
  ["owner"],
  ["label", "amount"],
  ["score"],
  ["dueAt", "serial"],
  ["open", "owner", "label"],
  ["serial"],
];

/** All rows that a query asks for, in its order: what the pages must add up to. */
export function expectedRows(rows: readonly Entry[], { where = {}, order }: AnyQuery): readonly Entry[] {
  const names = Object.keys(where);
  const index = [key, ...indexFields].find(
    (fields) => names.length <= fields.length && names.every((name) => fields.slice(0, names.length).includes(name)),
  );
  const sort = [...(index ?? []).slice(names.length), ...key];
  const matching = rows.filter((row) =>
    names.every((name) => compare(fieldOf(row, name), where[name] ?? undefined) === 0),
  );
  const sorted = matching.toSorted((a, b) => {
    for (const name of sort) {
      const order = compare(fieldOf(a, name), fieldOf(b, name));
      if (order !== 0) return order;
    }
    return 0;
  });
  return order === "descending" ? sorted.toReversed() : sorted;
}

/** The value of a field. */
export function fieldOf(row: Entry, name: string): unknown {
  return (row as unknown as Readonly<Record<string, unknown>>)[name];
}

/** Unset is less than anything, NaN more than any number, 0 and -0 are the same, and texts go by their bytes. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === "object" && typeof b === "object") return compare(nanosOf(a), nanosOf(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return (a as number) < (b as number) ? -1 : Number((a as number) > (b as number));
}

function nanosOf(time: unknown): bigint {
  const { seconds, nanos } = time as Timestamp;
  return seconds * 1_000_000_000n + BigInt(nanos);
}
