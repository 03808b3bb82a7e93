import type { PostgresConnection } from "./postgres-driver.ts";
import { isConnectionLost } from "./postgres-failure.ts";
import type { SqlServer } from "./sql-server.ts";

// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
const started = "extract(epoch from pg_postmaster_start_time()) as started";
const full = {
  name: "ego_server",
  text: `select (select system_identifier::text from pg_control_system()) || '/' || (select timeline_id::text from pg_control_checkpoint()) as id, ${started}`,
};
/** For a user who may not look at the control file. */
const plain = {
  name: "ego_server_plain",
  text: `select coalesce(host(inet_server_addr()) || ':' || inet_server_port(), '') as id, ${started}`,
};

/** Which server a connection is to: the system's identifier and its timeline, if the user may see them. */
export async function postgresServerOf(connection: PostgresConnection): Promise<SqlServer | undefined> {
  for (const statement of [full, plain]) {
    try {
      const [row] = await connection.run(statement, []);
      if (row) return { id: String(row.id), startedAt: Number(row.started) };
    } catch (failure) {
      // Others that speak the language of Postgres lack these functions.
      if (isConnectionLost(failure)) throw failure;
    }
  }
  return undefined;
}
