import { eventPages } from "../entity/event-pages.ts";
import type { EventStore } from "../journal/event-store.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";

/** How far a history is looked at: to its end, or up to a revision or a time, included. */
export interface Until {
  readonly revision?: number | undefined;
  /** Epoch milliseconds. The first event that was recorded later ends it. */
  readonly time?: number | undefined;
}

/** The stored events of one entity, ascending, by the page; each with the id of its command. */
export async function* storedHistory(
  events: EventStore,
  entityType: string,
  entityId: string,
  { revision, time = Number.POSITIVE_INFINITY }: Until = {},
): AsyncGenerator<readonly JournalEvent[]> {
  let commandId = "";
  for await (const page of eventPages((range) => events.load(entityType, entityId, range), 1, revision)) {
    const later = page.findIndex(({ recordedAt }) => recordedAt > time);
    yield (later < 0 ? page : page.slice(0, later)).map((stored) => {
      commandId = stored.commandId ?? commandId;
      return { ...stored, commandId };
    });
    if (later >= 0) return;
  }
}
