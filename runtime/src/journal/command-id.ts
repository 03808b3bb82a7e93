import type { EventStore, StoredEvent } from "./event-store.ts";

const firstPage = 16;
const largestPage = 2_000;

/**
 * The id of the command that caused an event which is not the first of its command: that is where it is stored. Looks
 * back along the entity, in pages that grow, so that a command of few events costs one short read.
 *
 * @returns empty if it is not stored any more
 */
export async function commandIdOf(
  events: EventStore,
  { entityType, entityId, revision }: StoredEvent,
): Promise<string> {
  let to = revision - 1;
  for (let size = firstPage; to > 0; size = Math.min(size * 8, largestPage)) {
    const from = Math.max(1, to - size + 1);
    const page = await events.load(entityType, entityId, { from, to });
    const first = page.findLast((event) => event.commandId !== null);
    if (first?.commandId) return first.commandId;
    to = from - 1;
  }
  return "";
}
