import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";

/** What a handler fails with that takes too long. */
export class HandlerTimeout extends EgoError {
  constructor(ms: number) {
    super("deadline_exceeded", `it was not done within ${ms} ms (\`timeout\` of the tuning)`);
  }
}

/** Waits for a handler, but not for ever: what it still does is refused by the transaction. */
export function withinTime(
  work: Promise<void>,
  timing: Timing,
  timeoutMs: number,
): Promise<HandlerTimeout | undefined> {
  return new Promise((resolve, reject) => {
    const callOff = timing.after(timeoutMs, () => resolve(new HandlerTimeout(timeoutMs)));
    work.then(
      () => {
        callOff();
        resolve(undefined);
      },
      (cause: unknown) => {
        callOff();
        reject(cause);
      },
    );
  });
}
