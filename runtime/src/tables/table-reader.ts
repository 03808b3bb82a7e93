import type { Kysely, Selectable } from "kysely";
import type { Table } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { integerOf } from "./field-value.ts";
import { type ListQuery, listRows, type Page } from "./list.ts";
import { findStatement } from "./statements.ts";
import { openTable, type Row, type TableSession } from "./table-session.ts";
import { columnNames, revisionColumn } from "./table-shape.ts";
import type { Fields, KeyOf } from "./table-types.ts";

/** A state as its table has it. */
export interface VersionedState<State> {
  readonly state: State;
  /** Versions of the entity so far. */
  readonly revision: number;
}

/** What a table is read as: states with their revision, or the rows of a read model. */
export type Found<Columns, Message> = Columns extends { readonly ego_revision: unknown }
  ? VersionedState<Message>
  : Message;

/** Reads a table. `Columns` is its interface in the database type. */
export interface TableReader<Columns, Message, Key extends Fields, Index extends Fields> {
  /**
   * The row of a key; undefined if there is none.
   *
   * @throws EgoError `invalid_argument` if it is no key, `data_loss` if a value is not what its column holds
   */
  find(key: KeyOf<Message, Key>): Promise<Found<Columns, Message> | undefined>;
  /**
   * Rows in the order of the key, or those with some values in the order of an index, page by page.
   *
   * @throws EgoError `invalid_argument` if no index begins with the fields of `where`, or `after` is not the `next` of
   *   such a query
   */
  list(query?: ListQuery<Message, Key, Index>): Promise<Page<Found<Columns, Message>>>;
  /**
   * The message of a row that plain Kysely selected, with all columns.
   *
   * @throws EgoError `invalid_argument` if a column is missing, `data_loss` if a value is not what its column holds
   */
  fromRow(row: Selectable<Columns>): Message;
}

/**
 * Reads a table on your own Kysely or transaction, which may know more tables.
 *
 * ```ts
 * const items = tableReader(db, inventoryItemsTable);
 * const pen = await items.find("pen");
 * const { rows, next } = await items.list({ limit: 20 });
 * ```
 *
 * @throws EgoError `unsupported` if this version cannot read such a table
 */
export function tableReader<
  DB,
  Name extends keyof DB & string,
  Message,
  Key extends Fields,
  Index extends Fields = never,
>(db: Kysely<DB>, table: Table<Name, Message, Key, Index>): TableReader<DB[Name], Message, Key, Index> {
  return readerOf(openTable(db, table));
}

/** A reader on a session; the caller knows its types. */
export function readerOf<Columns, Message, Key extends Fields, Index extends Fields>(
  session: TableSession,
): TableReader<Columns, Message, Key, Index> {
  const { shape, fromRow } = session.table;
  const target = { ...session, shape };
  const names = columnNames(shape);
  const found = (row: Row) => {
    const message = fromRow(names.map((name) => row[name]));
    const versioned = shape.revision ? { state: message, revision: revisionOf(row, shape.name) } : message;
    return versioned as Found<Columns, Message>;
  };

  return {
    async find(key) {
      const { rows } = await session.run("find", () => findStatement(target), session.keyOf(key));
      return rows[0] === undefined ? undefined : found(rows[0]);
    },
    list: async (query = {}) => listRows(session, query as never, found),
    fromRow(row) {
      const values = shape.columns.map(({ name }) => {
        const value = (row as Row)[name];
        if (value !== undefined) return value;
        throw new EgoError(
          "invalid_argument",
          `The row of table "${shape.name}" lacks the column "${name}": select all of them.`,
          { details: { table: shape.name, column: name } },
        );
      });
      return fromRow(values) as Message;
    },
  };
}

/**
 * The revision of a row.
 *
 * @throws EgoError `data_loss` if it has none
 */
export function revisionOf(row: Row, table: string): number {
  const revision = Number(integerOf(row[revisionColumn]));
  if (Number.isSafeInteger(revision)) return revision;
  throw new EgoError("data_loss", `A row of table "${table}" has no number in its column "${revisionColumn}".`, {
    details: { table, column: revisionColumn },
  });
}
