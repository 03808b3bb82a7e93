import { fromBinary } from "@bufbuild/protobuf";
import type { CommandMetadata, Metadata } from "../codegen/metadata.ts";
import { MetadataSchema } from "../gen/ego/journal/v1/journal_pb.ts";
import { MetadataWriter } from "./metadata-writer.ts";

const empty = new Uint8Array(0);
const writer = new MetadataWriter();

/**
 * The stored form: `ego.journal.v1.Metadata`; no bytes where there is nothing to say.
 *
 * @param fingerprint of the command, where the caller chose its id
 * @param commandId what is the same as this is not stored
 */
export function encodeMetadata(
  metadata: CommandMetadata | undefined,
  fingerprint?: bigint,
  commandId?: string,
): Uint8Array {
  if (metadata === undefined && fingerprint === undefined) return empty;
  writer.begin();
  if (fingerprint !== undefined) writer.fingerprint(fingerprint);
  for (const key of Object.keys(metadata ?? {})) {
    const value = metadata?.[key];
    if (value === undefined) continue;
    switch (key) {
      case "correlationId":
        if (value !== commandId) writer.text(3, value);
        break;
      case "causationId":
        if (value !== commandId) writer.text(4, value);
        break;
      case "actor":
        writer.text(5, value);
        break;
      case "tenant":
        writer.text(6, value);
        break;
      case "traceparent":
        writer.text(7, value);
        break;
      case "tracestate":
        writer.text(8, value);
        break;
      default:
        writer.custom(key, value);
    }
  }
  return writer.finish();
}

/** Reads the stored form of what came with a command. The object is the caller's own. */
export function decodeMetadata(bytes: Uint8Array, commandId: string): Metadata {
  if (bytes.length === 0) return { correlationId: commandId, causationId: commandId };
  const { custom, correlationId, causationId, actor, tenant, traceparent, tracestate } = fromBinary(
    MetadataSchema,
    bytes,
  );
  // Metadata of before had all of them in `custom`: a field of its own goes before.
  const stored: { correlationId: string; causationId: string; [key: string]: string } = {
    correlationId: commandId,
    causationId: commandId,
    ...custom,
  };
  if (correlationId) stored.correlationId = correlationId;
  if (causationId) stored.causationId = causationId;
  if (actor) stored.actor = actor;
  if (tenant) stored.tenant = tenant;
  if (traceparent) stored.traceparent = traceparent;
  if (tracestate) stored.tracestate = tracestate;
  return stored;
}

/** What came with a command, as its handler reads it: nothing is stored of it yet. Frozen. */
export function metadataOf(given: CommandMetadata | undefined, commandId: string): Metadata {
  const metadata: { correlationId: string; causationId: string; [key: string]: string | undefined } = {
    ...given,
    correlationId: given?.correlationId ?? commandId,
    causationId: given?.causationId ?? commandId,
  };
  for (const key of Object.keys(metadata)) if (metadata[key] === undefined) delete metadata[key];
  return Object.freeze(metadata);
}

/** Fingerprint of the command in the stored form; undefined where ego chose its id. */
export function decodeFingerprint(bytes: Uint8Array): bigint | undefined {
  return bytes.length === 0 ? undefined : fromBinary(MetadataSchema, bytes).fingerprint;
}
