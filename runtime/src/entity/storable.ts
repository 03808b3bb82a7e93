import type { Message } from "@bufbuild/protobuf";
import type { Append } from "../journal/event-store.ts";
import { encodeMetadata } from "../journal/metadata.ts";
import type { StateChange } from "../journal/state-store.ts";
import type { DecidedEvent } from "./conclusion.ts";
import type { PendingCommand } from "./pending-command.ts";
import { madeBy } from "./traced.ts";

/** Bytes of a row besides payload and metadata, roughly. */
const rowBytes = 128;

/** The events of a command, as the journal takes them. */
export function appendOf(
  pending: PendingCommand,
  entityType: string,
  entityId: string,
  shard: number,
  expectedRevision: number,
  events: readonly DecidedEvent[],
  recordedAt: number,
): Append {
  const { commandId } = pending;
  const metadata = encodeMetadata(pending.options.metadata, pending.fingerprint, commandId);
  const append = { entityType, entityId, shard, expectedRevision, events, metadata, commandId, recordedAt };
  if (pending.telemetry) madeBy(pending.telemetry, append);
  return append;
}

/** A new version of a durable state, as the store takes it. `state` null removes it. */
export function changeOf(
  pending: PendingCommand,
  entityType: string,
  entityId: string,
  expectedRevision: number,
  state: Message | null,
  payload: Uint8Array,
  recordedAt: number,
): StateChange {
  const { commandId } = pending;
  const metadata = encodeMetadata(pending.options.metadata, pending.fingerprint, commandId);
  const change = { entityType, entityId, expectedRevision, state, payload, metadata, commandId, recordedAt };
  if (pending.telemetry) madeBy(pending.telemetry, change);
  return change;
}

/** Roughly the bytes that something takes in a transaction. */
export function sizeOf(item: Append | StateChange): number {
  if ("payload" in item) return item.payload.length + item.metadata.length + rowBytes;
  let bytes = 0;
  for (const event of item.events) bytes += event.payload.length + item.metadata.length + rowBytes;
  return bytes;
}
