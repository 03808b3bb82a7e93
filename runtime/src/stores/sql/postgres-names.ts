import { sql } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { PostgresArray } from "./postgres-array.ts";
import type { PostgresConnection } from "./postgres-driver.ts";
import type { Prepare, Qualify } from "./postgres-statements.ts";

/** The dictionary of names, `ego_types`. Entries never change, so that they are asked for once. */
export interface PostgresNames {
  /** Ids of names; new names are stored. Not to be called inside a transaction that may be taken back. */
  idsOf(connection: PostgresConnection, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
  /** The id of a name; undefined if nothing of that name was ever stored. */
  find(connection: PostgresConnection, name: string): Promise<number | undefined>;
  /**
   * The names of ids.
   *
   * @throws EgoError `data_loss` if one has none
   */
  namesOf(connection: PostgresConnection, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, string>>;
}

/** Opens the dictionary. */
export function openPostgresNames(prepare: Prepare, qualify: Qualify): PostgresNames {
  const table = qualify("ego_types");
  const insert = prepare(
    "ego_types_insert",
    sql`insert into ${table} (name) select unnest($1::text[]) on conflict do nothing`,
  );
  const byName = prepare("ego_types_by_name", sql`select id, name from ${table} where name = any($1::text[])`);
  const byId = prepare("ego_types_by_id", sql`select id, name from ${table} where id = any($1::int4[])`);
  const ids = new Map<string, number>();
  const names = new Map<number, string>();

  function note(rows: readonly Readonly<Record<string, unknown>>[]): void {
    for (const row of rows) {
      ids.set(String(row.name), Number(row.id));
      names.set(Number(row.id), String(row.name));
    }
  }

  async function look(connection: PostgresConnection, wanted: readonly string[]): Promise<void> {
    note(await connection.run(byName, [new PostgresArray("text", wanted)]));
  }

  return {
    async idsOf(connection, wanted) {
      const unknown = () => [...wanted].filter((name) => !ids.has(name)).sort();
      if (unknown().length > 0) await look(connection, unknown());
      if (unknown().length > 0) {
        await connection.run(insert, [new PostgresArray("text", unknown())]);
        await look(connection, unknown());
      }
      const [missing] = unknown();
      if (missing !== undefined) throw lacks(missing);
      return ids;
    },
    async find(connection, name) {
      if (!ids.has(name)) await look(connection, [name]);
      return ids.get(name);
    },
    async namesOf(connection, wanted) {
      const unknown = () => [...wanted].filter((id) => !names.has(id));
      if (unknown().length > 0) note(await connection.run(byId, [new PostgresArray("int4", unknown())]));
      const [missing] = unknown();
      if (missing !== undefined) throw lacks(missing);
      return names;
    },
  };
}

function lacks(entry: string | number): EgoError {
  return new EgoError("data_loss", `ego_types has no entry ${JSON.stringify(entry)}. Restore a backup of the journal.`);
}
