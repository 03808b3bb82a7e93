/** A time: a number of milliseconds, or a number with its unit. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

/** Tuning of an entity; never in the proto. */
export interface Tuning {
  /**
   * How long an entity stays in memory after its last command: then its memory is freed, and the next command reads it
   * again. It may stay a quarter longer. `"never"` keeps it until the engine stops. Default: 2 minutes.
   */
  readonly passivateAfter?: Duration | "never";
  /**
   * What becomes of an entity that cannot be read, as when an applier throws on a stored event. `"restart"`: the next
   * command tries again, but not before a pause of 100 ms, doubled with each failure up to 30 s. `"stop"`: it answers
   * `unavailable` until the engine is started again, or `engine.restartEntity` is called. Default: `"restart"`.
   */
  readonly onFailure?: "restart" | "stop";
  /**
   * Takes a snapshot of the state when so many events were stored since the last multiple of this number, 1 or more;
   * default: never. It is made after the reply, and nobody waits for it. Event-sourced entities only.
   */
  readonly snapshotEvery?: number;
  /**
   * To be counted up when appliers were corrected, 1 or more: snapshots that were made with another number are not
   * used, so that the events are applied again. Default: 1.
   */
  readonly stateVersion?: number;
  /**
   * Hashes of snapshots that were made with another schema of the state or another `stateVersion`, and that are to be
   * used nevertheless, where there are none of this one. What a new field would have been made of by the events up to
   * there stays empty. Default: none.
   */
  readonly acceptSnapshots?: readonly string[];
  /** What is removed when a snapshot was stored. Default: nothing. Needs `snapshotEvery`. */
  readonly retention?: Retention;
}

/** What is kept of an entity behind its snapshots. */
export interface Retention {
  /**
   * How many events before the oldest snapshot that is kept are kept too, 0 or more; of older ones the payload is
   * removed, for ever. Default: all.
   */
  readonly keepEvents?: number;
  /** How many snapshots are kept, 1 or more. Default: 2 if `keepEvents` is given, else all. */
  readonly keepSnapshots?: number;
}
