import type { Schema } from "./message.ts";
import { checkSeam } from "./seam.ts";

/** An index of a table as data. */
export interface IndexRow {
  readonly name: string;
  /** Local names of its fields, in order. */
  readonly fields: readonly string[];
  readonly unique?: boolean;
}

/** A SQL table as data. What a column holds follows from the descriptor of its field. */
export interface TableData {
  readonly seam: number;
  readonly name: string;
  /** Whose rows they are: states, which the engine writes with their revision, or the rows of a read model. */
  readonly kind: "state" | "read-model";
  /** What a row is made of. */
  readonly message: Schema;
  /** Local names of the fields of the primary key, in order. */
  readonly key: readonly string[];
  /** Local field name → column. A field that is not here has none. */
  readonly columns: Readonly<Record<string, string>>;
  /** Local names of the fields that are kept in protobuf's binary form. */
  readonly binary?: readonly string[];
  /** Local names of the fields whose columns are encrypted. */
  readonly sensitive?: readonly string[];
  /** Local name of the field that says whose key encrypts those; without it, the entity's own. */
  readonly subject?: string;
  readonly indexes?: readonly IndexRow[];
}

/**
 * A SQL table. Its type knows its name, the message of its rows, and which fields its key and its indexes have, in
 * order: `Table<"balances", Balance, ["accountId"], ["ownerEmail"] | ["currency", "balanceCents"]>`.
 */
export interface Table<
  Name extends string = string,
  Row = unknown,
  Key extends readonly string[] = readonly string[],
  Index extends readonly string[] = never,
> extends TableData {
  readonly name: Name;
  /** Carries the types; never there at run time. */
  readonly types?: { readonly row: Row; readonly key: Key; readonly index: Index };
}

/**
 * Makes a table of its data. For generated code.
 *
 * @throws EgoError `unsupported` if it was printed for another version of the seam.
 */
export function table<Name extends string, Row, Key extends readonly string[], Index extends readonly string[]>(
  data: TableData & { readonly name: Name },
): Table<Name, Row, Key, Index> {
  checkSeam(data);
  return data;
}
