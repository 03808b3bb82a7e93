import type { Host } from "../terminal/host.ts";
import { printable } from "../terminal/printable.ts";

/** A host that keeps what is printed. */
export interface FakeHost extends Host {
  /** What went to standard output and to standard error, in order. */
  readonly printed: readonly string[];
}

/** A host in this folder, with this process's environment. */
export function fakeHost(cwd: string): FakeHost {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(printable(line));
  return { cwd, env: process.env, out: print, err: print, printed };
}
