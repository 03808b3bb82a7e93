import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { DeadLetter, ProjectionVersion } from "../journal/projection-store.ts";

/** The failure of a handler on an event, after so many tries. */
export function handlerFailure(
  { name, version }: ProjectionVersion,
  { entityType, entityId, revision, type, shard, position }: JournalEvent,
  cause: unknown,
  attempts: number,
): EgoError {
  const tries = attempts === 1 ? "" : ` (tried ${attempts} times)`;
  return new EgoError(
    "handler_failed",
    `The projection ${JSON.stringify(name)} failed on event ${revision} of ${entityType} ${JSON.stringify(entityId)}, ${type}, at position ${position} of shard ${shard}${tries}: ${textOf(cause)}`,
    { cause, details: { projection: name, version, entity: entityType, entityId, revision, type, shard, position } },
  );
}

/** The letter of an event that is passed over. */
export function letterOf(event: JournalEvent, cause: unknown, attempts: number, failedAt: number): DeadLetter {
  const { shard, position, entityType, entityId, revision, type } = event;
  const failure = textOf(cause);
  return { shard, position, entityType, entityId, revision, eventType: type, failure, attempts, failedAt };
}
