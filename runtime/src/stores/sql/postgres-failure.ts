import { EgoError, type EgoErrorCode } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";
import type { FailureKind } from "./sql-journal.ts";

/** What a failure of Postgres means to a journal. */
export function postgresKindOf(failure: unknown): FailureKind | undefined {
  if (failure instanceof EgoError) return undefined;
  switch (stateOf(failure)) {
    case "23505":
      return constraintOf(failure) === "ego_events_position" ? "corrupted" : "conflict";
    case "40001":
    case "40P01":
      return "contended";
    default:
      return isConnectionLost(failure) ? "lost" : undefined;
  }
}

/** The constraint that a failure is about, if it is about one. */
function constraintOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined;
  // `pg` and PGlite name it in one way, postgres.js in another.
  const { constraint, constraint_name } = failure as { constraint?: unknown; constraint_name?: unknown };
  const name = constraint ?? constraint_name;
  return typeof name === "string" ? name : undefined;
}

/**
 * Whether the connection, or the server, went away: it is not known what became of the statement. So did a primary that
 * takes no writes any more: it is another server now, which a new connection finds.
 */
export function isConnectionLost(failure: unknown): boolean {
  const state = stateOf(failure);
  if (state === "25006") return true;
  if (state === undefined) return failure instanceof Error && !("severity" in failure);
  // Of the system, which has codes as long as those of the server: EPIPE.
  if (failure instanceof Error && "syscall" in failure) return true;
  return state.startsWith("08") || state.startsWith("57P") || !/^[0-9A-Z]{5}$/.test(state);
}

/** A failure of Postgres, or of the way to it, as an `EgoError` that says what to do. Others go through. */
export function postgresFailure(cause: unknown, server: string): EgoError {
  if (cause instanceof EgoError) return cause;
  const state = stateOf(cause);
  const [code, advice] = described(state, isConnectionLost(cause));
  const text = textOf(cause);
  return new EgoError(code, `Postgres at ${server}: ${text}. ${advice}`.trimEnd(), {
    cause,
    details: { server, ...(state === undefined ? {} : { state }) },
  });
}

// Error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
function described(state: string | undefined, lost: boolean): [EgoErrorCode, string] {
  switch (state) {
    case "28P01":
    case "28000":
      return ["permission_denied", "Check the user and the password of the connection."];
    case "3D000":
      return ["invalid_argument", "Create the database, or name another in the connection."];
    case "42501":
      return ["permission_denied", "Grant the user the rights on the journal's schema and tables."];
    case "25006":
      return ["unavailable", "The server takes no writes: is it a standby? Connect to the primary."];
    case "53100":
      return ["unavailable", "Its disk is full: make room. Nothing of this batch was stored."];
    case "53300":
      return ["unavailable", "It has no connection left: raise max_connections, or use a smaller pool."];
    case "40001":
    case "40P01":
    case "55P03":
    case "57014":
      return ["unavailable", "Nothing of this batch was stored."];
    case "EGO01":
      return [
        "data_loss",
        "A shard without its lock row takes no events: two writers would number them alike. Restore a backup.",
      ];
    case "42P01":
    case "42883":
      return ["data_loss", "A table or a function of the journal is missing: was it dropped? Restore a backup."];
    default:
      return lost ? ["unavailable", "Is it running, and can it be reached?"] : ["internal", ""];
  }
}

/** The SQLSTATE, or the code of a system error as ECONNREFUSED. */
function stateOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error) || !("code" in failure)) return undefined;
  return typeof failure.code === "string" ? failure.code : undefined;
}
