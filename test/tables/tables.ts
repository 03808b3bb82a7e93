import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { TableData } from "@ego/runtime/codegen";
import { EntrySchema, PartsSchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Bench } from "./checks.ts";

/** The table of a message, with a column for each field unless said otherwise. */
export function tableOf(
  bench: Bench,
  message: DescMessage,
  data: Partial<TableData> & Pick<TableData, "key">,
): TableData {
  return {
    seam: 1,
    name: bench.tableName(),
    kind: "read-model",
    message,
    columns: Object.fromEntries(message.fields.map((field) => [field.localName, field.name])),
    ...data,
  };
}

/** Creates a table, and answers it. */
export async function created(bench: Bench, table: TableData): Promise<TableData> {
  await bench.stores.createTables(bench.db, [table]);
  return table;
}

/** A table of entries with a composite key. */
export function entries(bench: Bench, data: Partial<TableData> = {}): TableData {
  return tableOf(bench, EntrySchema, { key: ["tenant", "number"], ...data });
}

/** A table of parts. */
export function parts(bench: Bench, data: Partial<TableData> = {}): TableData {
  const { anything: _, ...columns } = Object.fromEntries(
    PartsSchema.fields.map((field) => [field.localName, field.name]),
  );
  return tableOf(bench, PartsSchema, { key: ["partsId"], columns, ...data });
}

/** Writes rows of a read model, in one transaction. */
export async function written(bench: Bench, table: TableData, rows: readonly Message[]): Promise<void> {
  await bench.db.transaction().execute(async (tx) => {
    const store = bench.stores.store(tx, table);
    for (const row of rows) await store.upsert(row);
  });
}
