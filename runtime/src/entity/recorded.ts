import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import type { Receipt } from "../journal/state-store.ts";
import type { RecordedEvent, RecordedState } from "../stream/stream.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { decodeEvent } from "./decode-event.ts";
import { decodeVersion } from "./decode-version.ts";
import { eventPages } from "./event-pages.ts";
import type { Version } from "./recover.ts";

/**
 * A stored event as readers see it, with a message of its own; an old one as what replaced it.
 *
 * @param commandId of the command that caused it: stored with the first event of a command only
 * @throws EgoError `unsupported` for an event of an unknown type, `data_loss` for bytes that do not decode,
 * `handler_failed` if an upcaster fails
 */
export function recordedEventOf(entity: CompiledEntity, stored: StoredEvent, commandId: string): RecordedEvent {
  const event = decodeEvent(entity, stored);
  return {
    kind: "event",
    entity: entity.name,
    entityId: stored.entityId,
    name: entity.eventsByType.get(event.$typeName)?.name ?? event.$typeName,
    event,
    revision: stored.revision,
    shard: stored.shard,
    position: stored.position,
    recordedAt: new Date(stored.recordedAt),
    commandId,
    metadata: decodeMetadata(stored.metadata, commandId),
  };
}

/**
 * A version of a durable state, as the journal has it, as readers see it, with a message of its own.
 *
 * @throws EgoError `data_loss` if its state is not to be found, or does not decode
 */
export function recordedVersionOf(entity: CompiledEntity, stored: StoredEvent, commandId: string): RecordedState {
  return {
    kind: "state",
    entity: entity.name,
    entityId: stored.entityId,
    state: decodeVersion(entity, stored) ?? undefined,
    revision: stored.revision,
    recordedAt: new Date(stored.recordedAt),
    commandId,
    metadata: decodeMetadata(stored.metadata, commandId),
  };
}

/** A stored version of a durable state as readers see it, with a message of its own. */
export function recordedStateOf(
  entity: CompiledEntity,
  entityId: string,
  { state, revision, exists }: Version,
  { recordedAt, commandId, metadata }: Receipt,
): RecordedState {
  return {
    kind: "state",
    entity: entity.name,
    entityId,
    state: exists ? entity.state.shape.copy(state) : undefined,
    revision,
    recordedAt: new Date(recordedAt),
    commandId,
    metadata: decodeMetadata(metadata, commandId),
  };
}

/**
 * The stored events of an entity, ascending by revision, read by the page. Those at its start whose payload retention
 * removed are left out: the revision of the first one says how many there were.
 */
export async function* history(
  entity: CompiledEntity,
  entityId: string,
  events: EventStore,
): AsyncGenerator<RecordedEvent> {
  let commandId = "";
  let started = false;
  for await (const page of eventPages((range) => events.load(entity.name, entityId, range), 1)) {
    for (const stored of page) {
      commandId = stored.commandId ?? commandId;
      started ||= stored.payload !== null;
      if (started) yield recordedEventOf(entity, stored, commandId);
    }
  }
}
