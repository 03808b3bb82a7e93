import type { Clock } from "../clock/clock.ts";
import { ScenarioError } from "./scenario-error.ts";

/** Settings of a fake clock. */
export interface FakeClockOptions {
  /** What it shows at first, also as epoch milliseconds. Default: the epoch, 1970-01-01. */
  readonly start?: Date | number;
  /**
   * Who runs what an engine puts off to the end of the turn. Default: `"by itself"`, as the system does. `"by hand"`:
   * only `runSoon` does, so that a test can look at what is decided and not yet stored.
   */
  readonly soon?: "by itself" | "by hand";
}

/** A clock that stands still until a test moves it, with the timers that hang on it. */
export interface FakeClock extends Required<Clock> {
  /** Timers that are set and have not called back. */
  readonly timers: number;
  /** Callbacks that wait for the end of the turn. */
  readonly waiting: number;
  /**
   * Lets so many milliseconds pass. Timers call back in the order of their times, each at its own, and before the next
   * one everything that it set going has settled: also timers that timers set. Resolves when all of it has. What waits
   * for something else, as a file or a server, has not.
   *
   * @throws ScenarioError for a negative time, and if the last call is still under way; and what a timer throws
   */
  advance(ms: number): Promise<void>;
  /** Sets the time by so many milliseconds, also back, as an administrator does. No timer calls back. */
  jump(ms: number): void;
  /** Calls back what waits for the end of the turn, and what that puts off in turn, until nothing waits. */
  runSoon(): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * Makes a clock for tests.
 *
 * ```ts
 * const clock = fakeClock({ start: new Date("2026-01-01") });
 * await using test = await testEngine({ entities: [accounts], clock });
 * const sent = test.entity(account).get("a-1").openAccount({}, { timeoutMs: 500 });
 * await clock.advance(500);
 * ```
 */
export function fakeClock({ start = 0, soon = "by itself" }: FakeClockOptions = {}): FakeClock {
  /** Time since the start, which no jump changes: timers are set in it. */
  let elapsed = 0;
  let shown = Number(start);
  const timers = new Set<Timer>();
  const waiting = new Set<() => void>();
  let advancing = false;

  /** Waits until nothing is put off any more, and all promises that could be are settled. */
  const settled = async () => {
    do await turn();
    while (soon === "by itself" && waiting.size > 0);
  };
  const passTo = (due: number) => {
    shown += due - elapsed;
    elapsed = due;
  };

  return {
    now: () => shown,
    after(ms, callback) {
      const timer = { due: elapsed + Math.max(ms, 0), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    soon(callback) {
      const run = () => {
        waiting.delete(run);
        callback();
      };
      waiting.add(run);
      if (soon === "by itself") setImmediate(run);
    },
    get timers() {
      return timers.size;
    },
    get waiting() {
      return waiting.size;
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new ScenarioError("advance(): time does not go back. For a clock that does: jump()", 0, ms);
      if (advancing) throw new ScenarioError("advance() is still under way: await it", "awaited", "called again");
      advancing = true;
      try {
        const end = elapsed + ms;
        await settled();
        for (let next = earliest(timers, end); next; next = earliest(timers, end)) {
          timers.delete(next);
          passTo(next.due);
          next.callback();
          await settled();
        }
        passTo(end);
      } finally {
        advancing = false;
      }
    },
    jump(ms) {
      shown += ms;
    },
    async runSoon() {
      do {
        if (soon === "by hand") for (const run of [...waiting]) run();
        await turn();
      } while (waiting.size > 0);
    },
  };
}

/** The timer that is due first, of those that are due by a time; of equal ones, that which was set first. */
function earliest(timers: ReadonlySet<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) {
    if (timer.due <= end && (first === undefined || timer.due < first.due)) first = timer;
  }
  return first;
}

/** One turn of the event loop: when it is over, no promise waits for another. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
