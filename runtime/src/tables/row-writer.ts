import type { CompiledQuery } from "kysely";
import type { ProjectedRows } from "../codegen/projected-rows.ts";
import type { TableData } from "../codegen/table.ts";
import type { AnyDatabase } from "./dialects/dialect.ts";
import { rowBatch } from "./row-batch.ts";
import { type RowStatement, type RowWrite, rowWrites } from "./row-writes.ts";
import { openTable } from "./table-session.ts";
import type { SqlValue } from "./table-shape.ts";
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
  refuseStates(session.table.shape);
  const writes = rowWrites(session);

  async function run({ statement: { query, failureOf, refusal }, parameters }: RowWrite): Promise<void> {
    const refused = refusal(await changesOf({ ...query, parameters }, failureOf));
    if (refused) throw refused;
  }

  async function runTogether({ together, failureOf }: RowStatement, parameters: readonly SqlValue[]): Promise<void> {
    if (together) await changesOf({ ...together, parameters }, failureOf);
  }

  async function changesOf(query: CompiledQuery, failureOf: RowStatement["failureOf"]): Promise<bigint> {
    try {
      if (!isPrepared(session.db)) await prepareRows(session.db);
      const { numAffectedRows = 0n } = await session.db.executeQuery(query);
      return numAffectedRows;
    } catch (failure) {
      throw failureOf(failure);
    }
  }

  // Async, so that whoever calls gets failures by the promise; what comes before the first await is done in the call.
  return {
    upsert: async (key, fields) => run(writes.upsert(key, fields)),
    increment: async (key, numbers) => run(writes.increment(key, numbers)),
    remove: async (key) => run(writes.remove(key)),
    batch: (alone = false) => rowBatch(session, writes, alone ? { run } : { run, runTogether }),
  };
}
