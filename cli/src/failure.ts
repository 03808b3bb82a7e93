/** Exit codes of `ego`. */
export const exitCode = {
  ok: 0,
  /** What the user typed or wrote is wrong. */
  input: 1,
  /** The machine or the installation is wrong. */
  environment: 2,
} as const;

/** Ends a command with a message for the user and no stack. Everything else that is thrown is a bug. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;

  constructor(kind: "input" | "environment", message: string) {
    super(message);
    this.exitCode = exitCode[kind];
  }
}
