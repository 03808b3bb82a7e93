import type { Kysely } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import type { JournalDatabase } from "./schema.ts";
import type { Connection } from "./sqlite-connection.ts";

/** The dictionary of names, `ego_types`, as one connection knows it. Entries never change. */
export interface Names {
  /** Ids of names; new names are stored: in a transaction of their own, or in one that is open, and then not yet for good. */
  idsOf(names: readonly string[]): number[];
  /** The id of a name; undefined if nothing of that name was ever stored. */
  find(name: string): number | undefined;
  /**
   * The name of an id.
   *
   * @throws EgoError `data_loss` if there is none
   */
  nameOf(id: number): string;
  /** Forgets all of them: some were taken back. */
  forget(): void;
}

/** Opens the dictionary. */
export function openNames(connection: Connection, db: Kysely<JournalDatabase>): Names {
  const insert = connection.prepare(
    db
      .insertInto("ego_types")
      .values({ name: "" })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const selectId = connection.prepare(db.selectFrom("ego_types").select("id").where("name", "=", ""));
  const selectName = connection.prepare(db.selectFrom("ego_types").select("name").where("id", "=", 0));
  const ids = new Map<string, number>();
  const names = new Map<number, string>();

  function find(name: string): number | undefined {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const row = selectId.get(name);
    if (row === undefined) return undefined;
    const id = Number(row.id);
    ids.set(name, id);
    names.set(id, name);
    return id;
  }

  function add(wanted: readonly string[]): void {
    const missing = wanted.filter((name) => find(name) === undefined);
    if (missing.length === 0) return;
    const insertAll = () => {
      for (const name of missing) insert.run(name);
      return true;
    };
    if (connection.database.isTransaction) insertAll();
    else connection.transaction(insertAll);
  }

  return {
    find,
    idsOf(wanted) {
      add(wanted);
      return wanted.map((name) => find(name) ?? missing(name));
    },
    forget() {
      ids.clear();
      names.clear();
    },
    nameOf(id) {
      const known = names.get(id);
      if (known !== undefined) return known;
      const name = selectName.get(id)?.name;
      if (typeof name !== "string") return missing(id);
      names.set(id, name);
      return name;
    },
  };
}

function missing(entry: string | number): never {
  throw new EgoError("data_loss", `ego_types has no entry ${JSON.stringify(entry)}. Restore a backup of the journal.`);
}
