import { EgoError } from "../../error/ego-error.ts";
import { checkSqlMode } from "../../tables/dialects/mysql.ts";
import type { SqlRow } from "./sql-driver.ts";

/** Runs a statement on the session that is looked at. */
type Run = (text: string) => Promise<readonly SqlRow[]>;

/** What a statement may hold: an event of one mebibyte as hexadecimal digits, and what is around it. */
export const statementBytes: number = 4 << 20;

const wanted = [
  "autocommit",
  "character_set_client",
  "innodb_flush_log_at_trx_commit",
  "log_bin",
  "max_allowed_packet",
  "sql_mode",
  "sync_binlog",
  // One in MySQL, the other in MariaDB.
  "transaction_isolation",
  "tx_isolation",
];

/**
 * Looks at the settings of a session and its server.
 *
 * @throws EgoError `unsupported` if it would change values, show what is not committed, or lose what was answered
 */
export async function checkSettings(run: Run, durability: "full" | "server"): Promise<void> {
  const rows = await run(`show variables where variable_name in (${wanted.map((name) => `'${name}'`).join(", ")})`);
  const settings = new Map(rows.map((row) => [String(row.Variable_name).toLowerCase(), String(row.Value)]));
  const is = (name: string, ...values: readonly string[]) => values.includes(settings.get(name) ?? "");
  const refuse = (name: string, why: string) =>
    new EgoError("unsupported", `The server has ${name} = ${settings.get(name)}: ${why}`, {
      details: { setting: name, value: settings.get(name) ?? "" },
    });

  checkSqlMode(settings.get("sql_mode") ?? "");
  if (!is("character_set_client", "utf8mb4")) {
    throw refuse("character_set_client", 'ids would be stored in it. Let the pool connect with charset "utf8mb4".');
  }
  if (!is("autocommit", "ON", "1")) throw refuse("autocommit", "what ego writes would not be committed. Let it be 1.");
  for (const name of ["transaction_isolation", "tx_isolation"]) {
    if (is(name, "READ-UNCOMMITTED"))
      throw refuse(name, 'ego would read what may never be. Let it be "READ-COMMITTED".');
  }
  if (Number(settings.get("max_allowed_packet")) < statementBytes) {
    throw refuse("max_allowed_packet", `an event can take ${statementBytes} bytes. Set it to that, or more.`);
  }
  if (durability === "server") return;
  const loses =
    'commits that were answered can be lost when the machine fails. Set it to 1, or say that this will do: mysqlStore({ durability: "server" }).';
  // MariaDB's 3 is what 1 was once: one more sync. https://mariadb.com/kb/en/innodb-system-variables/
  if (!is("innodb_flush_log_at_trx_commit", "1", "3")) throw refuse("innodb_flush_log_at_trx_commit", loses);
  // After a crash, InnoDB takes back what it had prepared and does not find in the binary log.
  const followsLog = is("log_bin", "ON", "1") && is("innodb_flush_log_at_trx_commit", "1");
  if (followsLog && !is("sync_binlog", "1")) throw refuse("sync_binlog", loses);
}
