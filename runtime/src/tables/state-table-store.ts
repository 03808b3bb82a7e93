import type { Message as AnyMessage } from "@bufbuild/protobuf";
import type { Kysely } from "kysely";
import type { Table } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import { findStatement, insertStatement, removeStatement, updateStatement } from "./statements.ts";
import { readerOf, revisionOf, type TableReader } from "./table-reader.ts";
import { openTable } from "./table-session.ts";
import { type SqlValue, tableText } from "./table-shape.ts";
import type { Fields, KeyOf } from "./table-types.ts";
import { writer } from "./writer.ts";

/** Which revision a row must have to be overwritten, and gets. */
export interface SaveOptions {
  /** The revision that the row has now; 0 if there is none. */
  readonly expectedRevision: number;
  /** The revision that it gets; the next one if not given. An entity that was removed goes on counting. */
  readonly revision?: number;
}

/** Reads and writes the rows of a state, each under the revision that it is expected to have. */
export interface StateTableStore<Columns, Message, Key extends Fields, Index extends Fields>
  extends TableReader<Columns, Message, Key, Index> {
  /**
   * Writes a state, if its row has the expected revision, and answers its new one.
   *
   * @throws EgoError `conflict` if it has another, `already_exists` if a unique index refuses it
   */
  upsert(state: Message, options: SaveOptions): Promise<number>;
  /**
   * Removes a row, and answers whether there was one.
   *
   * @throws EgoError `conflict` if it has another revision than the one that is expected, where one is
   */
  delete(key: KeyOf<Message, Key>, options?: Pick<SaveOptions, "expectedRevision">): Promise<boolean>;
}

/**
 * Reads and writes the table of a state: for authors of stores. An application changes states by commands.
 *
 * @throws EgoError `unsupported` if it is no table of a state, or this version cannot keep such a table
 */
export function stateTableStore<
  DB,
  Name extends keyof DB & string,
  Message,
  Key extends Fields,
  Index extends Fields = never,
>(db: Kysely<DB>, table: Table<Name, Message, Key, Index>): StateTableStore<DB[Name], Message, Key, Index> {
  const session = openTable(db, table);
  const { shape, toRow } = session.table;
  if (!shape.revision) {
    throw new EgoError("unsupported", `${tableText(shape)} holds no states: write it with tableStore.`, {
      details: { table: shape.name },
    });
  }
  const target = { ...session, shape };
  const write = writer(session);

  async function conflict(key: readonly SqlValue[], expected: number): Promise<EgoError> {
    const { rows } = await session.run("find", () => findStatement(target), key);
    const revision = rows[0] === undefined ? 0 : revisionOf(rows[0], shape.name);
    const text = JSON.stringify(key.length === 1 ? String(key[0]) : key.map(String));
    return new EgoError(
      "conflict",
      `${tableText(shape)} has ${text} at revision ${revision}, not at ${expected} as expected. Read it, decide, and write again.`,
      { details: { table: shape.name, expectedRevision: expected, revision } },
    );
  }

  return {
    ...readerOf<DB[Name], Message, Key, Index>(session),
    async upsert(state, { expectedRevision, revision = expectedRevision + 1 }) {
      checkRevision(expectedRevision, shape.name);
      const row = session.bind(toRow(state as AnyMessage), shape.columns);
      const key = shape.key.map((place) => row[place] ?? null);
      const written =
        expectedRevision === 0
          ? await write("insert", () => insertStatement(target), [...row, revision])
          : await write("update", () => updateStatement(target), [...row, revision, ...key, expectedRevision]);
      if (written === 0) throw await conflict(key, expectedRevision);
      return revision;
    },
    async delete(key, options) {
      const values = session.keyOf(key);
      if (options === undefined) return (await write("delete", () => removeStatement(target, false), values)) > 0;
      const { expectedRevision } = options;
      checkRevision(expectedRevision, shape.name);
      const parameters = [...values, expectedRevision];
      if ((await write("delete checked", () => removeStatement(target, true), parameters)) > 0) return true;
      const { rows } = await session.run("find", () => findStatement(target), values);
      if (rows[0] === undefined && expectedRevision === 0) return false;
      throw await conflict(values, expectedRevision);
    },
  };
}

function checkRevision(revision: number, table: string): void {
  if (Number.isSafeInteger(revision) && revision >= 0) return;
  throw new EgoError("invalid_argument", `expectedRevision is ${String(revision)}: give a whole number from 0 on.`, {
    details: { table },
  });
}
