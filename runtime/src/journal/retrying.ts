import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import { storeFailure } from "./store-failure.ts";

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Asks a store until it answers. While it fails, the pauses grow from one second to thirty; who is in charge is told
 * when that begins, once, and not again before the store has answered.
 */
export class Retrying {
  readonly #timing: Timing;
  readonly #report: (failure: EgoError) => void;
  #failing = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(timing: Timing, report: (failure: EgoError) => void) {
    this.#timing = timing;
    this.#report = report;
  }

  /**
   * What the store answers, and whether it failed before it did; undefined if this was ended before.
   *
   * @throws EgoError what the store throws that asking again does not mend: anything but `unavailable`
   */
  async until<T>(ask: () => Promise<T>): Promise<{ readonly answer: T; readonly failed: boolean } | undefined> {
    for (let pause = firstPauseMs; !this.#ended; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        const answer = await ask();
        const failed = this.#failing;
        this.#failing = false;
        return this.#ended ? undefined : { answer, failed };
      } catch (cause) {
        if (this.#ended) return undefined;
        const failure = storeFailure(cause);
        if (failure.code !== "unavailable") throw failure;
        if (!this.#failing) this.#report(failure);
        this.#failing = true;
        await this.#pause(pause);
      }
    }
    return undefined;
  }

  /** Asks no more. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#timing.after(ms, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }
}
