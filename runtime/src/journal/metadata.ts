import { create, fromBinary } from "@bufbuild/protobuf";
import { MetadataSchema } from "../gen/ego/journal/v1/journal_pb.ts";
import { encoderOf } from "./encoder.ts";

/** What is stored beside an event or a durable state about the command that made it. */
export interface Metadata {
  /** What the caller gave with the command. */
  readonly custom: Readonly<Record<string, string>>;
  /** Fingerprint of the command, where the caller chose its id. */
  readonly fingerprint?: bigint;
}

const none: Metadata = Object.freeze({ custom: Object.freeze({}) });
const empty = new Uint8Array(0);
const encode = encoderOf(MetadataSchema);

/** The stored form: `ego.journal.v1.Metadata`; no bytes where there is nothing to say. */
export function encodeMetadata(custom: Readonly<Record<string, string>> | undefined, fingerprint?: bigint): Uint8Array {
  if (custom === undefined && fingerprint === undefined) return empty;
  return encode(
    create(MetadataSchema, { custom: custom ?? {}, ...(fingerprint === undefined ? {} : { fingerprint }) }),
  );
}

/** Reads the stored form. */
export function decodeMetadata(bytes: Uint8Array): Metadata {
  if (bytes.length === 0) return none;
  const { custom, fingerprint } = fromBinary(MetadataSchema, bytes);
  return fingerprint === undefined ? { custom } : { custom, fingerprint };
}
