import { textOf } from "../error/text-of.ts";
import { commandIdOf } from "../journal/command-id.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { DeadLetter, ProjectionVersion } from "../journal/projection-store.ts";
import type { CompiledProjection, Projecting } from "./compiled-projection.ts";
import type { ProjectionsHost } from "./projections.ts";

/**
 * Hands the event of a dead letter to the handler again, and removes the letter in the same transaction. If it fails
 * again, the letter says so.
 *
 * @returns whether it succeeded
 * @throws EgoError `unavailable` if the store failed
 */
export async function retryDeadLetter(
  { store, events, timing }: ProjectionsHost,
  projection: CompiledProjection,
  of: ProjectionVersion,
  letter: DeadLetter,
): Promise<boolean> {
  const { shard, position } = letter;
  const [stored] = await events.read(shard, position - 1, 1);
  // What retention removed cannot be handed to anybody.
  if (stored?.payload == null) return false;
  const event: JournalEvent = { ...stored, commandId: stored.commandId ?? (await commandIdOf(events, stored)) };
  let projecting: Projecting | undefined;
  try {
    return await store.unbury(of, letter, async (transaction) => {
      projecting = projection.begin(transaction);
      await projecting.project([event]);
    });
  } catch (failure) {
    if (failure !== projecting?.cause) throw failure;
    const again = { ...letter, failure: textOf(failure), attempts: letter.attempts + 1, failedAt: timing.now() };
    await store.unbury(of, letter, ({ bury }) => bury(again));
    return false;
  }
}
