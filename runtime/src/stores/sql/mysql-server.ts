import type { MysqlConnection } from "./mysql-driver.ts";
import type { SqlServer } from "./sql-server.ts";

/** Which server a connection is to. MariaDB has no `server_uuid`. */
export async function mysqlServerOf(connection: MysqlConnection): Promise<SqlServer | undefined> {
  const names = await connection.run(
    "show variables where variable_name in ('hostname', 'port', 'server_id', 'server_uuid')",
  );
  const id = names.map((row) => `${row.Variable_name} ${row.Value}`).sort();
  const [uptime] = await connection.run("show global status like 'Uptime'");
  const [clock] = await connection.run("select unix_timestamp() as now");
  const startedAt = Number(clock?.now) - Number(uptime?.Value);
  return Number.isNaN(startedAt) ? undefined : { id: id.join(", "), startedAt };
}
