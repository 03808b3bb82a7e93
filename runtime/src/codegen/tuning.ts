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
}
