import type { Logger } from "../entity/host.ts";

/** Writes to standard error, one line each. */
export const consoleLogger: Logger = {
  error: (message, facts) => console.error(`ego: ${message}`, facts),
  warn: (message, facts) => console.warn(`ego: ${message}`, facts),
};
