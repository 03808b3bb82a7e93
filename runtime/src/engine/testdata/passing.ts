import type { ManualClock } from "./manual-clock.ts";

/** Waits for something, and lets the time pass that is waited for meanwhile between one attempt and the next. */
export async function passing<T>(clock: ManualClock, awaited: PromiseLike<T>): Promise<T> {
  const isPause = (ms: number) => ms <= 1_000;
  let done = false;
  const ended = Promise.resolve(awaited).finally(() => {
    done = true;
  });
  const over = ended.then(
    () => undefined,
    () => undefined,
  );
  for (;;) {
    await Promise.race([over, clock.armed(isPause)]);
    if (done) return ended;
    clock.advance(1_000);
  }
}
