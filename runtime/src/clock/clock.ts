/**
 * Where the time comes from. Only `now` is required: without the others, the system's timers are used. With all of
 * them an engine does nothing by itself, so that a test decides what happens when.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Calls back once, after so many milliseconds.
   *
   * @param background whether the process may end before it
   * @returns calls it off
   */
  after?(ms: number, callback: () => void, background?: boolean): () => void;
  /** Calls back when the current turn of the event loop is over. */
  soon?(callback: () => void): void;
}

/** A clock with all its parts, which need no `this`. */
export interface Timing {
  readonly now: () => number;
  readonly after: (ms: number, callback: () => void, background?: boolean) => () => void;
  readonly soon: (callback: () => void) => void;
}

/** The system's clock and timers. */
export const systemTiming: Timing = {
  now: () => Date.now(),
  after(ms, callback, background) {
    const timer = setTimeout(callback, ms);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
  soon: setImmediate,
};

/** A clock with the parts that it lacks taken from the system. */
export function timingOf(clock: Clock | undefined): Timing {
  if (!clock) return systemTiming;
  return {
    now: () => clock.now(),
    after: clock.after?.bind(clock) ?? systemTiming.after,
    soon: clock.soon?.bind(clock) ?? systemTiming.soon,
  };
}
