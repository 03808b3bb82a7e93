import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import { Attempts } from "./attempts.ts";

const events = (count: number): readonly JournalEvent[] =>
  Array.from({ length: count }, (_, index) => ({ position: index + 1 }) as JournalEvent);

/** Runs all events through, with some that fail always, and answers which were tried alone, and in how many transactions. */
function run(count: number, most: number, poison: ReadonlySet<number>, tellsWhich: boolean) {
  const attempts = new Attempts(most);
  const done: number[] = [];
  const alone: number[] = [];
  let transactions = 0;
  let waiting = events(count);
  while (waiting.length > 0) {
    const chunk = attempts.next(waiting);
    expect(chunk.length).toBeGreaterThan(0);
    expect(chunk.length).toBeLessThanOrEqual(most);
    transactions++;
    const culprit = chunk.find(({ position }) => poison.has(position));
    if (!culprit) {
      attempts.succeeded(chunk.length);
      done.push(...chunk.map(({ position }) => position));
      waiting = waiting.slice(chunk.length);
    } else if (attempts.failed(chunk, tellsWhich ? culprit : undefined)) {
      alone.push(culprit.position);
      // What a policy does that skips.
      attempts.succeeded(1);
      waiting = waiting.slice(1);
    }
    expect(transactions).toBeLessThan(10_000);
  }
  return { done, alone, transactions };
}

test("what fails in the middle is tried alone, behind a transaction with those before it", () => {
  const { done, alone, transactions } = run(10, 100, new Set([7]), true);
  expect(done).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
  expect(alone).toEqual([7]);
  // All, those before it, itself, those behind it.
  expect(transactions).toBe(4);
});

test("of a batch that does not tell, the event is found by halves", () => {
  const { alone, transactions } = run(64, 64, new Set([40]), false);
  expect(alone).toEqual([40]);
  expect(transactions).toBeLessThan(20);
});

test("the event that fails alone is counted, until it succeeds", () => {
  const attempts = new Attempts(10);
  const one = events(1);
  expect([attempts.failed(one, one[0]), attempts.tries]).toEqual([true, 1]);
  expect([attempts.failed(one, one[0]), attempts.tries]).toEqual([true, 2]);
  attempts.succeeded(1);
  expect(attempts.tries).toBe(0);
});

test("whatever fails: each other event is done once, in order, and each that fails is tried alone", () => {
  const poisoned = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 70 }),
      poisoned,
      fc.boolean(),
      (count, most, list, tells) => {
        const poison = new Set(list.filter((position) => position <= count));
        const { done, alone } = run(count, most, poison, tells);
        expect(done).toEqual(
          events(count)
            .map(({ position }) => position)
            .filter((position) => !poison.has(position)),
        );
        expect(alone).toEqual([...poison].sort((a, b) => a - b));
      },
    ),
  );
});

test("tries are those of one event: not of another, which comes first after somebody else has done that one", () => {
  const attempts = new Attempts(10);
  const [first, second] = events(2) as [JournalEvent, JournalEvent];
  for (const tries of [1, 2, 3]) {
    expect(attempts.failed([first], first)).toBe(true);
    expect(attempts.tries).toBe(tries);
  }
  expect(attempts.failed([second], second)).toBe(true);
  expect(attempts.tries).toBe(1);
});
