import type { Timing } from "../clock/clock.ts";

/** Those who wait for something to move, and look then whether it is what they wait for. */
export class Waiters {
  readonly #timing: Pick<Timing, "after">;
  readonly #waiting = new Set<() => void>();

  constructor(timing: Pick<Timing, "after">) {
    this.#timing = timing;
  }

  /** Resolves when they are woken next, or after a time in milliseconds. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const callOff = this.#timing.after(ms, done);
      const waiting = this.#waiting;
      function done(): void {
        callOff();
        waiting.delete(done);
        resolve();
      }
      waiting.add(done);
    });
  }

  wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
