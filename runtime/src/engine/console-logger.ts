import type { Logger } from "../entity/host.ts";
import { withoutOwnFrames } from "./own-frames.ts";

/** Writes to standard error: a line each, and where the cause of a failure was thrown. */
export const consoleLogger: Logger = {
  error: (message, facts) => console.error(lineOf(message, facts)),
  warn: (message, facts) => console.warn(lineOf(message, facts)),
};

function lineOf(message: string, facts: Readonly<Record<string, unknown>>): string {
  const { code, failure } = facts;
  const cause = failure instanceof Error ? failure.cause : undefined;
  // The failure itself reaches the caller; its cause, as what a handler threw, is what an operator looks for.
  const thrown = cause instanceof Error && cause.stack !== undefined ? `\n${withoutOwnFrames(cause.stack)}` : "";
  return `ego: ${code === undefined ? "" : `${code}: `}${message}${thrown}`;
}
