import { differenceOf } from "./difference.ts";

/** What is wrong with a scenario. Test runners show the difference between `expected` and `actual`. */
export class ScenarioError extends Error {
  readonly expected: unknown;
  readonly actual: unknown;
  /** Whether its stack begins at the test. */
  placed = false;

  constructor(message: string, expected: unknown, actual: unknown, options: ErrorOptions = {}) {
    super(message, options);
    // The name by which runners know that there is something to compare.
    this.name = "AssertionError";
    this.expected = expected;
    this.actual = actual;
  }

  /** An assertion that does not hold, with the places where the two differ. */
  static different(message: string, expected: unknown, actual: unknown): ScenarioError {
    const lines = differenceOf(expected, actual).map((line) => `\n  ${line}`);
    return new ScenarioError(`${message}:${lines.join("")}`, expected, actual);
  }
}
