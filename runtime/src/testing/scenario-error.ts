/** What is wrong with a scenario. Test runners show the difference between `expected` and `actual`. */
export class ScenarioError extends Error {
  readonly expected: unknown;
  readonly actual: unknown;
  /** Whether its stack begins at the test. */
  placed = false;

  constructor(message: string, expected: unknown, actual: unknown) {
    super(message);
    // The name by which runners know that there is something to compare.
    this.name = "AssertionError";
    this.expected = expected;
    this.actual = actual;
  }
}
