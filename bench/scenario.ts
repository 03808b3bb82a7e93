/** One row of the table: how many callers send commands to how many accounts, on which store. */
export interface Scenario {
  readonly store: "memory" | "sqlite" | "postgres";
  readonly callers: number;
  readonly entities: number;
}

/** What was measured of it, once. */
export interface Measured {
  /** Acknowledged per second. */
  readonly commandsPerSecond: number;
  readonly commandsPerTransaction: number;
  /** How late the event loop was, in milliseconds: the 99th percentile. */
  readonly loopDelayP99Ms: number;
  /** Time of one command as its caller sees it, in milliseconds. */
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
}

/** Every caller sends its next command when the last one is answered. */
export const scenarios: readonly Scenario[] = (["memory", "sqlite", "postgres"] as const).flatMap((store) =>
  [1, 64, 512].flatMap((callers) => [1, 1_000].map((entities) => ({ store, callers, entities }))),
);

/** Where one run keeps what it stores. */
export interface Place {
  /** A new file. */
  readonly filename: string;
  /** The URL of a Postgres server. */
  readonly url: string;
  /** A new schema in it. */
  readonly schema: string;
}

/** The id of the account that a command goes to. */
export function accountId(index: number): string {
  return `account-${index}`;
}
