import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { decodeEvent } from "../entity/decode-event.ts";
import type { EventStore } from "../journal/event-store.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import type { RecordedEvent } from "../stream/stream.ts";

/**
 * The stored events of an entity, ascending by revision, read by the page; old ones as what replaced them.
 *
 * @throws EgoError `unsupported` for an event of an unknown type, `data_loss` for bytes that do not decode,
 * `handler_failed` if an upcaster fails
 */
export async function* history(
  entity: CompiledEntity,
  entityId: string,
  events: EventStore,
  pageSize: number,
): AsyncGenerator<RecordedEvent> {
  let revision = 0;
  // The id of a command is stored with its first event only.
  let commandId = "";
  for (;;) {
    const page = await events.load(entity.name, entityId, { from: revision + 1, limit: pageSize });
    for (const stored of page) {
      commandId = stored.commandId ?? commandId;
      revision = stored.revision;
      const event = decodeEvent(entity, stored);
      yield {
        kind: "event",
        entity: entity.name,
        entityId,
        name: entity.eventsByType.get(event.$typeName)?.name ?? event.$typeName,
        event,
        revision,
        shard: stored.shard,
        position: stored.position,
        recordedAt: new Date(stored.recordedAt),
        commandId,
        metadata: decodeMetadata(stored.metadata).custom,
      };
    }
    if (page.length < pageSize) return;
  }
}
