import { createInterface } from "node:readline/promises";
import { type Line, lineText } from "./line.ts";
import { printable, printableName } from "./printable.ts";

/** What a command sees of the machine around it. */
export interface Host {
  /** Paths that the user types count from here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a line to standard output. Made printable on its way. */
  out(line: Line): void;
  /** Writes a line to standard error. Made printable on its way. */
  err(line: Line): void;
  /**
   * Shows how far something is, on a line of the terminal that the next call replaces, and one with "" takes away;
   * missing where nobody looks. Made printable on its way.
   */
  readonly progress?: (line: string) => void;
  /**
   * Asks the one who sits at the terminal; missing where nobody does. Resolves to what was typed, or to undefined if
   * that was the end of the input.
   */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /**
   * Makes a folder the one that relative paths in the project's own code count from; `cwd` stays. Missing where the
   * process is shared with others.
   */
  readonly enter?: (folder: string) => void;
}

/** The host of this process. Everything that `ego` prints goes through here. */
export function processHost(): Host {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  return {
    cwd: process.cwd(),
    env: process.env,
    enter: (folder) => process.chdir(folder),
    out: (line) => print(process.stdout, line),
    err: (line) => print(process.stderr, line),
    ...(interactive ? { ask } : {}),
    ...(process.stderr.isTTY && !process.env.CI ? { progress } : {}),
  };
}

function print(stream: NodeJS.WriteStream, line: Line): void {
  // No colours in a file, nor where NO_COLOR is set.
  stream.write(`${lineText(line, stream.isTTY && stream.hasColors())}\n`);
}

function progress(line: string): void {
  process.stderr.write(`\r${printableName(line).slice(0, (process.stderr.columns || 80) - 1)}\u001b[K`);
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
