import type { Clock } from "../../clock/clock.ts";

/** A clock that a test moves. What is to happen in this turn of the event loop happens by itself. */
export interface ManualClock extends Clock {
  after(ms: number, callback: () => void, background?: boolean): () => void;
  /** Delays of the timers that wait, in milliseconds, as they were asked for. */
  readonly waiting: readonly number[];
  /** Moves on, and calls back what is due, in order. */
  advance(ms: number): void;
  /** Sets the clock back. Timers do not go by it. */
  setBack(ms: number): void;
  /** Resolves when a timer of such a delay waits. */
  armed(isMeant: (ms: number) => boolean): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** Makes a clock that stands still. */
export function manualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  let back = 0;
  const timers = new Set<Timer>();
  let watchers: { readonly isMeant: (ms: number) => boolean; readonly resolve: () => void }[] = [];

  function next(until: number): Timer | undefined {
    const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    return due[0];
  }

  return {
    now: () => now - back,
    after(ms, callback) {
      const timer = { at: now + ms, ms, callback };
      timers.add(timer);
      const met = watchers.filter(({ isMeant }) => isMeant(ms));
      watchers = watchers.filter((watcher) => !met.includes(watcher));
      for (const { resolve } of met) resolve();
      return () => timers.delete(timer);
    },
    get waiting() {
      return [...timers].map(({ ms }) => ms);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = next(until); timer; timer = next(until)) {
        now = Math.max(now, timer.at);
        timers.delete(timer);
        timer.callback();
      }
      now = until;
    },
    setBack(ms) {
      back += ms;
    },
    armed(isMeant) {
      if ([...timers].some(({ ms }) => isMeant(ms))) return Promise.resolve();
      return new Promise((resolve) => watchers.push({ isMeant, resolve }));
    },
  };
}
