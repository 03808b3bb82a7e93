import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { Bounded } from "../journal/bounded-store.ts";
import type { Lane } from "../journal/lane.ts";
import type { Store } from "../journal/store.ts";

/**
 * Closes the store behind its lanes.
 *
 * @throws EgoError `unavailable` if the store has not answered in time, or cannot be closed
 */
export async function closeStore(lanes: readonly Lane<never, never>[], store: Store, bounded: Bounded): Promise<void> {
  const hanging = lanes.some(({ health }) => health.hanging);
  try {
    await bounded(store.close?.() ?? Promise.resolve());
  } catch (cause) {
    throw new EgoError("unavailable", `The engine stopped, but did not close its store: ${textOf(cause)}`, { cause });
  }
  if (!hanging) return;
  throw new EgoError(
    "unavailable",
    "The engine stopped while its store had not answered. Whether what it was given last is stored is not known: whoever waited for it was told so.",
  );
}
