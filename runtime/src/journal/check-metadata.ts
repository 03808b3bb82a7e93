import type { CommandMetadata } from "../codegen/metadata.ts";
import { EgoError } from "../error/ego-error.ts";

/** Those that say who or what: an empty text would be a caller that forgot to fill it in. */
const named: readonly string[] = ["correlationId", "causationId", "actor", "tenant", "tracestate"];

/** W3C trace context: version, trace id, parent id, flags; versions behind 00 may have more. Neither id is all zeros. */
const traceparentForm = /^(?!ff)([\da-f]{2})-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.*)?$/;

/**
 * Checks what comes with a command.
 *
 * @throws EgoError `invalid_argument` saying which key is wrong, and how it should be
 */
export function checkMetadata(metadata: CommandMetadata, maxBytes: number): void {
  if (typeof metadata !== "object" || metadata === null) {
    throw wrong(
      `metadata must be an object, as { actor: "ann" }, and is ${metadata === null ? "null" : typeof metadata}`,
    );
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined) continue;
    if (typeof value !== "string") throw wrong(`metadata.${key} must be a string, and is ${typeof value}`);
    if (!key.isWellFormed() || !value.isWellFormed()) throw wrong(`metadata.${key} must be well-formed Unicode`);
    if (value === "" && named.includes(key)) throw wrong(`metadata.${key} is empty: leave it out, or say what it is`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxBytes) throw wrong(`metadata has ${bytes} bytes, and maxMetadataBytes is ${maxBytes}`);
  const { traceparent, tracestate } = metadata;
  if (traceparent !== undefined && !isTraceparent(traceparent)) {
    throw wrong(
      `metadata.traceparent must be as W3C trace context has it, 00-<32 hex digits>-<16 hex digits>-<2 hex digits> in lower case and with ids that are not all zeros, and is ${JSON.stringify(traceparent)}`,
    );
  }
  if (tracestate !== undefined && traceparent === undefined) {
    throw wrong("metadata.tracestate is given without metadata.traceparent, and says nothing alone");
  }
}

function isTraceparent(text: string): boolean {
  const [, version, more] = traceparentForm.exec(text) ?? [];
  return version !== undefined && (version !== "00" || more === undefined);
}

function wrong(what: string): EgoError {
  return new EgoError("invalid_argument", what);
}
