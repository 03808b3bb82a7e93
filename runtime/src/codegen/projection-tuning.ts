import type { Duration } from "./tuning.ts";

/** Tuning of a projection; never in the proto. */
export interface ProjectionTuning {
  /**
   * What becomes of a projection whose handler fails on an event. `"fail"`: it stops there, and says so, until it is resumed
   * or the event is skipped. `"skip"`: the event becomes a dead letter, and the projection goes on behind it. `"retry-and-…"`
   * tries the event again before that. What was written for the event before it failed is rolled back in any case. Default:
   * `"fail"`.
   */
  readonly onFailure?: "fail" | "retry-and-fail" | "skip" | "retry-and-skip";
  /** How often an event is tried again, 1 or more; default: 5. */
  readonly retries?: number;
  /** How long it is waited before each try; default: 1 second. */
  readonly retryAfter?: Duration;
  /** Events in one transaction, at most; default: 500. */
  readonly batchSize?: number;
  /**
   * How long one transaction may take, after which it is rolled back and counts as a failure of the event that is being
   * handled; default: 10 seconds. On SQLite nothing else is stored meanwhile.
   */
  readonly timeout?: Duration;
  /**
   * Whether the events are projected in the transaction in which they are stored, so that a command is answered when the read
   * model has its events. Commands then wait for the handlers, whose statements are between theirs and the commit, and for
   * each other where they change the same row; a command fails, and nothing of it is stored, if its event makes the handler
   * fail, unless the event is to be skipped. Nothing is tried again there. A handler must not wait for a command, or for
   * another query than those of its transaction. For stores with transactions. Default: false.
   */
  readonly inline?: boolean;
  /** Where a projection begins that the journal does not know yet: at its `"start"`, or at its end, `"now"`. Default: `"start"`. */
  readonly from?: "start" | "now";
  /**
   * How many parts the shards are divided into, 1 or more: parts run side by side, also on several nodes. Fixed when the
   * projection is added. Default: what the store has use for: 4, and 1 on SQLite.
   */
  readonly parts?: number;
}
