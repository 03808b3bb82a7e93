import { textOf } from "../error/text-of.ts";
import { commandIdOf } from "../journal/command-id.ts";
import type { ShardPosition } from "../journal/event-store.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { DeadLetter, ProjectionVersion } from "../journal/projection-store.ts";
import { versionKindOf } from "../journal/state-shards.ts";
import type { CompiledProjection, Projecting } from "./compiled-projection.ts";
import { journalOf, type VersionsHost } from "./projection-versions.ts";

/** What became of dead letters that were tried again. */
export interface RetriedLetters {
  readonly succeeded: number;
  readonly failed: number;
}

/**
 * Hands dead letters to the handler again, one after the other.
 *
 * @param which one of them; undefined: all
 */
export async function retryDeadLetters(
  host: VersionsHost,
  projection: CompiledProjection,
  of: ProjectionVersion,
  which: ShardPosition | undefined,
): Promise<RetriedLetters> {
  let succeeded = 0;
  let failed = 0;
  let after: ShardPosition | undefined = which && { shard: which.shard, position: which.position - 1 };
  for (;;) {
    const letters = await host.store.deadLetters(of, which ? 1 : 100, after);
    for (const letter of letters) {
      after = { shard: letter.shard, position: letter.position };
      if (which && (letter.shard !== which.shard || letter.position !== which.position)) break;
      if (await retryDeadLetter(host, projection, of, letter)) succeeded++;
      else failed++;
    }
    if (letters.length === 0 || which) return { succeeded, failed };
  }
}

/**
 * Hands the event of a dead letter to the handler again, and removes the letter in the same transaction. If it fails
 * again, the letter says so.
 *
 * @returns whether it succeeded
 * @throws EgoError `unavailable` if the store failed
 */
async function retryDeadLetter(
  host: VersionsHost,
  projection: CompiledProjection,
  of: ProjectionVersion,
  letter: DeadLetter,
): Promise<boolean> {
  const { store, timing } = host;
  const { shard, position } = letter;
  const events = journalOf(host, shard + 1);
  const [stored] = await events.read(shard, position - 1, 1);
  // A later version has taken its place, and was handed over, or is a dead letter of its own: nothing is left to do.
  if (stored && versionKindOf(stored) === "superseded") return store.unbury(of, letter, async () => {});
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
