import type { Clock } from "@ego/runtime";

/** The system's clock, whose time can leap: what is due by then is due at once. */
export interface LeapingClock extends Clock {
  leap(ms: number): void;
}

/** Makes one. */
export function leapingClock(): LeapingClock {
  let leapt = 0;
  const waits = new Set<{ readonly due: number; readonly over: () => void }>();
  const now = () => Date.now() + leapt;
  return {
    now,
    after(ms, callback, background) {
      const over = () => {
        callOff();
        callback();
      };
      const wait = { due: now() + ms, over };
      const timer = setTimeout(over, ms);
      const callOff = () => {
        clearTimeout(timer);
        waits.delete(wait);
      };
      if (background) timer.unref();
      waits.add(wait);
      return callOff;
    },
    leap(ms) {
      leapt += ms;
      for (const { due, over } of [...waits]) if (due <= now()) over();
    },
  };
}
