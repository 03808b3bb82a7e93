import { type DescMessage, fromBinary, type JsonValue, type Message } from "@bufbuild/protobuf";
import type { EntityTable } from "../codegen/entity.ts";
import type { Metadata } from "../codegen/metadata.ts";
import { textOf } from "../error/text-of.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import { jsonViewer } from "./message-json.ts";
import { knownEvents } from "./stored-types.ts";

/** An event as a tool shows it. */
export interface ShownEvent {
  readonly entity: string;
  readonly entityId: string;
  readonly revision: number;
  readonly shard: number;
  readonly position: number;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** The name under which it is stored. */
  readonly type: string;
  /** The full name of its message; undefined for a type that the entity does not know. */
  readonly message: string | undefined;
  /** Of the command that caused it; empty if it is not stored any more. */
  readonly commandId: string;
  /** Undefined if its bytes cannot be decoded. */
  readonly metadata: Metadata | undefined;
  readonly payload: ShownPayload;
}

/** What an event holds, or why that cannot be shown. */
export type ShownPayload =
  | { readonly kind: "json"; readonly json: JsonValue }
  /** Retention removed it. */
  | { readonly kind: "removed" }
  /** Of a type that the entity does not know, or of an entity that nobody knows. */
  | { readonly kind: "unknown"; readonly bytes: number }
  | { readonly kind: "broken"; readonly bytes: number; readonly why: string };

/**
 * Makes what shows stored events, as they are stored: an old event is not made a current one.
 *
 * @param tables the entities that are known
 * @param sensitive whether fields that are marked as sensitive are shown
 */
export function eventViewer(tables: readonly EntityTable[], sensitive: boolean): (stored: JournalEvent) => ShownEvent {
  const entities = new Map(
    tables.map((table) => {
      const kinds = [...knownEvents(table)].map(([type, { descriptor }]): [string, KnownView] => [
        type,
        { descriptor, view: jsonViewer(table, descriptor, sensitive) },
      ]);
      return [table.name, new Map(kinds)];
    }),
  );
  return (stored) => {
    const { entityType: entity, entityId, revision, shard, position, recordedAt, type, commandId } = stored;
    const known = entities.get(entity)?.get(type);
    return {
      entity,
      entityId,
      revision,
      shard,
      position,
      recordedAt,
      type,
      message: known?.descriptor.typeName,
      commandId,
      metadata: metadataOf(stored.metadata, commandId),
      payload: payloadOf(stored.payload, known),
    };
  };
}

/** What came with a command; undefined if it cannot be decoded. */
export function metadataOf(bytes: Uint8Array, commandId: string): Metadata | undefined {
  try {
    return decodeMetadata(bytes, commandId);
  } catch {
    return undefined;
  }
}

interface KnownView {
  readonly descriptor: DescMessage;
  readonly view: (message: Message) => JsonValue;
}

function payloadOf(payload: Uint8Array | null, known: KnownView | undefined): ShownPayload {
  if (payload === null) return { kind: "removed" };
  const bytes = payload.length;
  if (known === undefined) return { kind: "unknown", bytes };
  try {
    return { kind: "json", json: known.view(fromBinary(known.descriptor, payload) as Message) };
  } catch (cause) {
    return { kind: "broken", bytes, why: textOf(cause) };
  }
}
