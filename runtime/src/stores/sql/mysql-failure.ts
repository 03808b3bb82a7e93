import { EgoError, type EgoErrorCode } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import { mysqlKeyOf } from "../../tables/violation.ts";
import type { FailureKind } from "./sql-journal.ts";

// Numbers of errors: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and, beyond 1900, also
// https://mariadb.com/kb/en/mariadb-error-code-reference/

const contended: ReadonlySet<number> = new Set([1020, 1205, 1213, 3101]);
/** The server says goodbye, or takes no writes any more: then another one is the primary, which a new connection finds. */
const lost: ReadonlySet<number> = new Set([1053, 1152, 1158, 1159, 1160, 1161, 1184, 1290, 1792, 1836, 1927, 4031]);

/** What a failure of MySQL or MariaDB means to a journal. */
export function mysqlKindOf(failure: unknown): FailureKind | undefined {
  if (!(failure instanceof Error) || failure instanceof EgoError) return undefined;
  const number = numberOf(failure);
  if (number === undefined) {
    // Not from the server: from the system, as ECONNRESET, or from the driver, as PROTOCOL_CONNECTION_LOST.
    const { code, fatal } = failure as { code?: unknown; fatal?: unknown };
    return typeof code === "string" || fatal === true ? "lost" : undefined;
  }
  if (number === 1062) return mysqlKeyOf(failure) === "ego_events_position" ? "corrupted" : "conflict";
  if (contended.has(number)) return "contended";
  return lost.has(number) ? "lost" : undefined;
}

/** A failure of the server, or of the way to it, as an `EgoError` that says what to do. Others go through. */
export function mysqlFailure(cause: unknown, server: string): EgoError {
  if (cause instanceof EgoError) return cause;
  // mysql2 leaves the statement there, with the values of all its events.
  if (cause instanceof Error && "sql" in cause) delete cause.sql;
  const number = numberOf(cause);
  const [code, advice] = described(number, mysqlKindOf(cause));
  return new EgoError(code, `MySQL at ${server}: ${textOf(cause)}. ${advice}`.trimEnd(), {
    cause,
    details: { server, ...(number === undefined ? {} : { errno: number }) },
  });
}

function described(number: number | undefined, kind: FailureKind | undefined): [EgoErrorCode, string] {
  switch (number) {
    case 1045:
    case 1130:
    case 1251:
    case 1698:
      return ["permission_denied", "Check the user and the password of the connection."];
    case 1044:
    case 1142:
      return ["permission_denied", "Grant the user the rights on the database: all privileges on it will do."];
    case 1046:
    case 1049:
      return ["invalid_argument", "Create the database, or name another in the connection."];
    case 1290:
    case 1792:
    case 1836:
      return ["unavailable", "The server takes no writes: is it a replica? Connect to the primary."];
    case 1021:
    case 1114:
      return ["unavailable", "Its disk is full: make room. Nothing of this batch was stored."];
    case 1040:
    case 1203:
    case 1226:
      return ["unavailable", "It has no connection left: raise max_connections, or use a smaller pool."];
    case 1153:
      return ["invalid_argument", "Raise max_allowed_packet, or store less at once."];
    case 1406:
      return ["invalid_argument", "An id takes 255 bytes, the name of a type and a command id 1,024."];
    case 1317:
    case 1969:
    case 3024:
      return ["unavailable", "Nothing of this batch was stored."];
    case 1665:
      return ["unsupported", "Set binlog_format to ROW."];
    case 1146:
      return ["data_loss", "A table of the journal is missing: was it dropped? Restore a backup."];
  }
  if (kind === "contended") return ["unavailable", "Nothing of this batch was stored."];
  return kind === "lost" ? ["unavailable", "Is it running, and can it be reached?"] : ["internal", ""];
}

/** The number that the server gave an error. The system's are negative. */
function numberOf(failure: unknown): number | undefined {
  if (!(failure instanceof Error) || !("errno" in failure)) return undefined;
  return typeof failure.errno === "number" && failure.errno >= 1_000 ? failure.errno : undefined;
}
