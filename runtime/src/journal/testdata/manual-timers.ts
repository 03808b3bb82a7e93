import { systemTiming, type Timing } from "../../clock/clock.ts";

/** Timers that run out when a test says so. */
export interface ManualTimers {
  readonly timing: Timing;
  /** The times of those that are set, in milliseconds. */
  readonly waiting: readonly number[];
  /** Waits until one is set, if none is. */
  set(): Promise<void>;
  /** Waits until one is set, if none is, and lets all that are set run out. Tells their times. */
  runOut(): Promise<readonly number[]>;
  /** Lets timers run out until a promise is fulfilled. */
  runOutUntil<T>(promise: Promise<T>): Promise<T>;
}

/** Makes timers of a test's own. The end of a turn of the event loop is the system's. */
export function manualTimers(): ManualTimers {
  const timers = new Map<() => void, number>();
  let onSet: (() => void) | undefined;

  async function set(): Promise<void> {
    if (timers.size > 0) return;
    await new Promise<void>((resolve) => {
      onSet = resolve;
    });
  }

  async function runOut(): Promise<readonly number[]> {
    await set();
    const due = [...timers];
    timers.clear();
    for (const [timer] of due) timer();
    return due.map(([, ms]) => ms);
  }

  return {
    timing: {
      now: systemTiming.now,
      soon: systemTiming.soon,
      after(ms, callback) {
        const timer = () => callback();
        timers.set(timer, ms);
        onSet?.();
        return () => timers.delete(timer);
      },
    },
    get waiting() {
      return [...timers.values()];
    },
    set,
    runOut,
    async runOutUntil(promise) {
      let done = false;
      const settled = promise.finally(() => {
        done = true;
      });
      while (!done) await Promise.race([settled, runOut()]);
      return settled;
    },
  };
}
