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
}

/** The host of this process. Everything that `ego` prints goes through here. */
export function processHost(): Host {
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (line) => void process.stdout.write(`${printable(line)}\n`),
    err: (line) => void process.stderr.write(`${printable(line)}\n`),
  };
}
