import { type Message as AnyMessage, isMessage } from "@bufbuild/protobuf";
import type { Kysely } from "kysely";
import type { Table } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { removeStatement, upsertStatement } from "./statements.ts";
import { readerOf, type TableReader } from "./table-reader.ts";
import { openTable } from "./table-session.ts";
import type { Fields, KeyOf } from "./table-types.ts";
import { refuseStates, writer } from "./writer.ts";

/** Reads and writes the rows of a read model. */
export interface TableStore<Columns, Message, Key extends Fields, Index extends Fields>
  extends TableReader<Columns, Message, Key, Index> {
  /**
   * Inserts a row, or overwrites all columns of the one with its key: one statement.
   *
   * @throws EgoError `already_exists` if a unique index refuses it, `invalid_argument` if the database cannot hold it
   */
  upsert(row: Message): Promise<void>;
  /** Removes the row of a key, and answers whether there was one. */
  delete(key: KeyOf<Message, Key>): Promise<boolean>;
}

/** The tables of a database that are not those of states. */
export type WritableTable<DB> = {
  [Name in keyof DB & string]: DB[Name] extends { readonly ego_revision: unknown } ? never : Name;
}[keyof DB & string];

/**
 * Reads and writes the table of a read model, on your own Kysely or transaction. That of a state is the engine's: it is
 * read with `tableReader`, and written by commands.
 *
 * @throws EgoError `unsupported` if it is the table of a state, or this version cannot keep such a table
 */
export function tableStore<
  DB,
  Name extends WritableTable<DB>,
  Message,
  Key extends Fields,
  Index extends Fields = never,
>(db: Kysely<DB>, table: Table<Name, Message, Key, Index>): TableStore<DB[Name], Message, Key, Index> {
  const session = openTable(db, table);
  const { shape, toRow } = session.table;
  refuseStates(shape);
  const target = { ...session, shape };
  const write = writer(session);

  return {
    ...readerOf<DB[Name], Message, Key, Index>(session),
    async upsert(row) {
      if (!isMessage(row) || row.$typeName !== shape.rowType) {
        throw new EgoError(
          "invalid_argument",
          `A row of table "${shape.name}" is a ${shape.rowType}: make it with \`create\` and its schema.`,
          { details: { table: shape.name } },
        );
      }
      const values = session.bind(toRow(row as AnyMessage), shape.columns);
      await write("upsert", () => upsertStatement(target), values);
    },
    async delete(key) {
      return (await write("delete", () => removeStatement(target, false), session.keyOf(key))) > 0;
    },
  };
}
