import type { SendOptions } from "../codegen/client.ts";
import { EgoError } from "../error/ego-error.ts";
import { checkMetadata } from "../journal/check-metadata.ts";
import type { TraceContext } from "../telemetry/telemetry.ts";

/** What a call without options has. */
export const noSendOptions: SendOptions = Object.freeze({});

/**
 * The options as they are now: the caller may change its own afterwards.
 *
 * @param trace goes with the command if its caller gave none
 */
export function ownSendOptions(options: SendOptions, trace?: TraceContext): SendOptions {
  const { metadata } = options;
  if (trace && metadata?.traceparent === undefined) {
    return { ...options, metadata: Object.freeze({ ...metadata, ...trace }) };
  }
  if (options === noSendOptions) return options;
  return metadata ? { ...options, metadata: Object.freeze({ ...metadata }) } : { ...options };
}

/**
 * Checks the options of a call.
 *
 * @throws EgoError `invalid_argument` saying which is wrong
 */
export function checkSendOptions(options: SendOptions, maxMetadataBytes: number): void {
  const { commandId, expectedRevision, metadata, timeoutMs } = options;
  const wrong = (what: string) => new EgoError("invalid_argument", what);
  if (
    commandId !== undefined &&
    (typeof commandId !== "string" || commandId === "" || Buffer.byteLength(commandId) > 255)
  ) {
    throw wrong("commandId must be a string of 1 to 255 bytes");
  }
  if (commandId !== undefined && (!commandId.isWellFormed() || commandId.includes("\0"))) {
    throw wrong("commandId must be well-formed Unicode without NUL");
  }
  if (expectedRevision !== undefined && !(Number.isSafeInteger(expectedRevision) && expectedRevision >= 0)) {
    throw wrong(`expectedRevision must be a whole number from 0 on, and is ${expectedRevision}`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw wrong(`timeoutMs must be a number of milliseconds above 0, and is ${timeoutMs}`);
  }
  if (metadata !== undefined) checkMetadata(metadata, maxMetadataBytes);
}
