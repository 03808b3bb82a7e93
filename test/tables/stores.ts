import type { Message } from "@bufbuild/protobuf";
import type { TableData } from "@ego/runtime/codegen";
import { createTables, type Page, stateTableStore, tableReader, tableStore } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import type { ProjectedRows } from "../../runtime/src/codegen/projected-rows.ts";
import { rowWriter } from "../../runtime/src/tables/row-writer.ts";

/** A database with tables that no type knows. */
// biome-ignore lint/suspicious/noExplicitAny: rows of any table
export type AnyDatabase = Kysely<any>;

/** A query as a program without types gives it. */
export interface AnyQuery {
  readonly where?: Readonly<Record<string, unknown>>;
  readonly order?: "ascending" | "descending";
  readonly limit?: number;
  readonly after?: string | undefined;
}

/** A reader without types. */
export interface AnyReader<Found> {
  find(key: unknown): Promise<Found | undefined>;
  list(query?: AnyQuery): Promise<Page<Found>>;
  fromRow(row: object): Message;
}

/** A store of a read model without types. */
export interface AnyStore extends AnyReader<Message> {
  upsert(row: Message): Promise<void>;
  delete(key: unknown): Promise<boolean>;
}

/** A store of states without types. */
export interface AnyStateStore extends AnyReader<{ readonly state: Message; readonly revision: number }> {
  upsert(state: Message, options: { readonly expectedRevision: number; readonly revision?: number }): Promise<number>;
  delete(key: unknown, options?: { readonly expectedRevision: number }): Promise<boolean>;
}

/** What the checks look at: the real stores, or a saboteur. */
export interface Stores {
  createTables(db: AnyDatabase, tables: readonly TableData[]): Promise<void>;
  reader(db: AnyDatabase, table: TableData): AnyReader<unknown>;
  store(db: AnyDatabase, table: TableData): AnyStore;
  stateStore(db: AnyDatabase, table: TableData): AnyStateStore;
  rows(db: AnyDatabase, table: TableData): ProjectedRows;
}

/** The stores of the runtime. */
export const realStores: Stores = {
  createTables,
  reader: (db, table) => tableReader(db, table) as AnyReader<unknown>,
  store: (db, table) => tableStore(db, table) as unknown as AnyStore,
  stateStore: (db, table) => stateTableStore(db, table) as unknown as AnyStateStore,
  rows: rowWriter,
};
