import { createInterface } from "node:readline/promises";
import { printable } from "./printable.ts";

/** What a command sees of the machine around it. */
export interface Host {
  /** Paths that the user types count from here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a line to standard output. Made printable on its way. */
  out(line: string): void;
  /** Writes a line to standard error. Made printable on its way. */
  err(line: string): void;
  /**
   * Asks the one who sits at the terminal; missing where nobody does. Resolves to what was typed, or to undefined if
   * that was the end of the input.
   */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** The host of this process. Everything that `ego` prints goes through here. */
export function processHost(): Host {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (line) => void process.stdout.write(`${printable(line)}\n`),
    err: (line) => void process.stderr.write(`${printable(line)}\n`),
    ...(interactive ? { ask } : {}),
  };
}

async function ask(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = new Promise<undefined>((done) => terminal.once("close", () => done(undefined)));
    return await Promise.race([terminal.question(printable(question)), ended]);
  } finally {
    terminal.close();
  }
}
