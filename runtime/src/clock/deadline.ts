import type { Timing } from "./clock.ts";

/** A time that runs out. */
export interface Deadline extends Disposable {
  readonly over: boolean;
}

/** Starts a time. It does not go by what the clock shows, which may be set. */
export function deadlineIn(ms: number, { after }: Timing): Deadline {
  let over = false;
  const callOff = after(
    ms,
    () => {
      over = true;
    },
    true,
  );
  return {
    get over() {
      return over;
    },
    [Symbol.dispose]: callOff,
  };
}

/** Resolves after a time. */
export function pause(ms: number, { after }: Timing): Promise<void> {
  return new Promise((resolve) => after(ms, resolve));
}
