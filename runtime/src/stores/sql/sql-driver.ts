import type { Kysely } from "kysely";
import type { Timing } from "../../clock/clock.ts";
import type { ClosableSignals } from "./postgres-signals.ts";
import type { JournalDatabase } from "./schema.ts";

/** A row by column names. 64-bit integers are numbers, bigints or strings, as the driver likes. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A connection of one's own. What it runs, and how, is for the database. */
export interface SqlConnection {
  /** Whether it can be used no more: it was closed, or the server is gone. */
  readonly lost: boolean;
  /** Whether each statement may go another way, and so to another server, without a word. */
  readonly wandering?: boolean;
  close(): Promise<void>;
}

/** How a store talks to its database. */
export interface SqlDriver<Connection extends SqlConnection> {
  /** For the schema, and for what is not hot. */
  readonly db: Kysely<JournalDatabase>;
  /**
   * For the transactions of projections, if not the same: their statements are sent as they are asked for. The first of a
   * transaction is sent before it is known that there is one: on its own it is to do no harm.
   */
  readonly pipelined?: Kysely<JournalDatabase>;
  connect(): Promise<Connection>;
  /** Signals to other programs on the journal of a schema, where the driver can. */
  signals?(schema: string, self: string, timing: Timing): ClosableSignals;
  close(): Promise<void>;
}
