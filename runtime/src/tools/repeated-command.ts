import { maxAgeMs, maxCommands } from "../entity/command-window.ts";
import { eventPages } from "../entity/event-pages.ts";
import type { EntityName, EventStore } from "../journal/event-store.ts";

/** A command that took effect twice. */
export interface RepeatedCommand {
  readonly commandId: string;
  /** The revisions of the events that have its id. */
  readonly first: number;
  readonly second: number;
  /** Where the second one is. */
  readonly shard: number;
  readonly position: number;
}

interface Handled {
  readonly ordinal: number;
  readonly revision: number;
  readonly recordedAt: number;
}

/**
 * The commands of an entity that took effect twice. An id that comes again when the entity no longer has to know it,
 * behind 1,000 other commands or 7 days later, is another command.
 */
export async function* repeatedCommands(
  events: EventStore,
  { entityType, entityId }: EntityName,
): AsyncGenerator<RepeatedCommand> {
  const window = new Map<string, Handled>();
  let ordinal = 0;
  for await (const page of eventPages((range) => events.load(entityType, entityId, range), 1)) {
    for (const { commandId, revision, recordedAt, shard, position } of page) {
      // Stored with the first event of a command only.
      if (commandId === null) continue;
      ordinal++;
      const before = window.get(commandId);
      if (before && ordinal - before.ordinal < maxCommands && recordedAt - before.recordedAt < maxAgeMs) {
        yield { commandId, first: before.revision, second: revision, shard, position };
      }
      window.delete(commandId);
      window.set(commandId, { ordinal, revision, recordedAt });
      const [oldest] = window;
      if (oldest && ordinal - oldest[1].ordinal >= maxCommands) window.delete(oldest[0]);
    }
  }
}
