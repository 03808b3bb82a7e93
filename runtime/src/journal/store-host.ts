import { systemTiming, type Timing } from "../clock/clock.ts";

/** What an engine gives a store that it opens. */
export interface StoreHost {
  /** The engine's clock and timers. */
  readonly timing: Timing;
  /**
   * Milliseconds after which the engine waits for a call no more. A store that can should find out before what became of
   * it: by breaking off a connection that does not answer.
   */
  readonly timeoutMs: number;
  /**
   * To be called before the first answer of a server that may have lost what another one, or the same one before, had
   * answered. The engine drops all that it has in memory.
   */
  failedOver(what: string): void;
}

/** For a store that is opened without an engine. */
export const noHost: StoreHost = { timing: systemTiming, timeoutMs: Number.POSITIVE_INFINITY, failedOver() {} };
