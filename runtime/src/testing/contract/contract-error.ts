/** What a store did otherwise than the contract says. Test runners show the difference between `expected` and `actual`. */
export class ContractError extends Error {
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(message: string, expected: unknown, actual: unknown) {
    super(message);
    // The name by which runners know that there is something to compare.
    this.name = "AssertionError";
    this.expected = expected;
    this.actual = actual;
  }
}
