import { EgoError } from "../../error/ego-error.ts";
import { isBrokenFile, receivedFailure, sendableFailure, sqliteFailure } from "./sqlite-failure.ts";
import type { WorkerFailure } from "./sqlite-protocol.ts";

/** A failure as it is sent to the main thread. */
export function workerFailure(failure: unknown, filename: string, readOnly = false): WorkerFailure {
  const { code, message, details, cause } = sqliteFailure(failure, filename, readOnly);
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
  return { code, message, details, cause: sendableFailure(cause) ?? text, fatal: isBrokenFile(failure) };
}

/** The failure that was sent. */
export function failureFromWorker({ code, message, details, cause }: WorkerFailure): EgoError {
  if (cause === undefined) return new EgoError(code, message, { details });
  return new EgoError(code, message, {
    details,
    cause: typeof cause === "string" ? new Error(cause) : receivedFailure(cause),
  });
}
