import { EgoError } from "../../error/ego-error.ts";
import type { SqlConnection } from "./sql-driver.ts";
import type { SqlJournal, SqlRows } from "./sql-journal.ts";
import { plainText } from "./sql-values.ts";

/** The dictionary of names, `ego_types`. Entries never change, so that a server is asked for them once. */
export interface SqlNames<Connection extends SqlConnection> {
  /** Ids of names, if all are known; undefined if one has to be asked for. */
  known(names: ReadonlySet<string>): ReadonlyMap<string, number> | undefined;
  /** Ids of names; new names are stored. Not to be called inside a transaction that may be taken back. */
  idsOf(connection: Connection, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** The id of a name; undefined if nothing of that name was ever stored. */
  find(connection: Connection, name: string): Promise<number | undefined>;
  /**
   * The names of ids.
   *
   * @throws EgoError `data_loss` if one has none
   */
  namesOf(connection: Connection, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, string>>;
  /** Forgets all: another server may have lost entries, and given their ids to other names. */
  forget(): void;
}

/** Opens the dictionary. */
export function openSqlNames<Connection extends SqlConnection>(
  journal: Pick<SqlJournal<Connection>, "findNames" | "findIds" | "addNames">,
): SqlNames<Connection> {
  const ids = new Map<string, number>();
  const names = new Map<number, string>();

  function note(rows: SqlRows): void {
    for (const row of rows) {
      const name = plainText(row.name);
      ids.set(name, Number(row.id));
      names.set(Number(row.id), name);
    }
  }

  return {
    known(wanted) {
      for (const name of wanted) if (!ids.has(name)) return undefined;
      return ids;
    },
    forget() {
      ids.clear();
      names.clear();
    },
    async idsOf(connection, wanted) {
      const unknown = () => [...wanted].filter((name) => !ids.has(name)).sort();
      const asked = unknown();
      if (asked.length > 0) note(await journal.findNames(connection, asked));
      // What is missing now may be known before it is added: there are other connections.
      const added = unknown();
      if (added.length > 0) {
        await journal.addNames(connection, added);
        note(await journal.findNames(connection, added));
      }
      const [missing] = unknown();
      if (missing !== undefined) throw lacks(missing);
      return ids;
    },
    async find(connection, name) {
      if (!ids.has(name)) note(await journal.findNames(connection, [name]));
      return ids.get(name);
    },
    async namesOf(connection, wanted) {
      const unknown = () => [...wanted].filter((id) => !names.has(id));
      if (unknown().length > 0) note(await journal.findIds(connection, unknown()));
      const [missing] = unknown();
      if (missing !== undefined) throw lacks(missing);
      return names;
    },
  };
}

function lacks(entry: string | number): EgoError {
  return new EgoError("data_loss", `ego_types has no entry ${JSON.stringify(entry)}. Restore a backup of the journal.`);
}
