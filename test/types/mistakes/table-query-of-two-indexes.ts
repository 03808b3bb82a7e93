import type { Table } from "@ego/runtime/codegen";
import { tableReader } from "@ego/runtime/kysely";
import type { Kysely } from "kysely";
import type { Entry } from "../../domain/gen/ledger/v1/ledger_pb.ts";

type Entries = Table<"entries", Entry, ["tenant", "number"], ["owner", "label"]>;

export async function read(db: Kysely<{ entries: { tenant: string } }>, entries: Entries): Promise<void> {
  // error at 63: TS2322: Type 'string' is not assignable to type 'undefined'.
  await tableReader(db, entries).list({ where: { tenant: "a", owner: "ann" } });
}
