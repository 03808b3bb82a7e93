import type { Command } from "commander";
import type { Host } from "../terminal/host.ts";

/** What the declaration of a verb is given. */
export interface VerbContext {
  readonly host: Host;
  /** Sets the exit code of a verb that did not fail; 0 where it is not called. */
  exit(code: number): void;
}

/**
 * A verb of `ego`. Its file is loaded each time `ego` runs, so it only declares: the action imports what does the work.
 */
export interface Verb {
  readonly name: string;
  /**
   * Whether its exit code is a verdict, for scripts: 0 and 1 are answers then, and everything else is 2, also what was
   * typed wrong.
   */
  readonly verdict: boolean;
  declare(ego: Command, context: VerbContext): void;
}

/** The end of the help of verbs that give no verdict. */
export const exitCodes = `
Exit codes:
  0  done
  1  what you typed or wrote is wrong
  2  the machine or the installation is wrong`;
