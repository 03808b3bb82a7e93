import type { Host } from "../terminal/host.ts";
import { type Line, lineText } from "../terminal/line.ts";

/** A host that keeps what is printed. */
export interface FakeHost extends Host {
  /** What went to standard output and to standard error, in order. */
  readonly printed: readonly string[];
}

/** A host in this folder, with this process's environment. */
export function fakeHost(cwd: string): FakeHost {
  const printed: string[] = [];
  const print = (line: Line) => void printed.push(lineText(line, false));
  return { cwd, env: process.env, out: print, err: print, printed };
}
