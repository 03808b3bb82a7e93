import type { AppendResult, EventStore } from "./event-store.ts";
import type { StateStore } from "./state-store.ts";

/** An entity, and the revision that it is taken for. */
export interface HeadCheck {
  readonly entityType: string;
  readonly entityId: string;
  readonly revision: number;
}

/** Says of each entity whether it is at its revision, as if nothing were appended to it. */
export type CheckHeads = (batch: readonly HeadCheck[]) => Promise<readonly AppendResult[]>;

/** Checks revisions of event-sourced entities. */
export function eventChecks(events: EventStore): CheckHeads {
  if (events.heads) {
    const heads = events.heads.bind(events);
    return async (batch) => answers(batch, await heads(batch));
  }
  return async (batch) =>
    answers(
      batch,
      await Promise.all(
        batch.map(async ({ entityType, entityId, revision }) => {
          const page = await events.load(entityType, entityId, { from: Math.max(1, revision), limit: 2 });
          // What was not found is not there any more.
          return page.at(-1)?.revision ?? 0;
        }),
      ),
    );
}

/** Checks revisions of durable states. */
export function stateChecks(states: StateStore): CheckHeads {
  if (states.heads) {
    const heads = states.heads.bind(states);
    return async (batch) => answers(batch, await heads(batch));
  }
  return async (batch) =>
    answers(
      batch,
      await Promise.all(
        batch.map(async ({ entityType, entityId }) => {
          const [receipt] = await states.receipts(entityType, entityId, 1);
          return receipt?.revision ?? 0;
        }),
      ),
    );
}

function answers(batch: readonly HeadCheck[], heads: readonly number[]): readonly AppendResult[] {
  return batch.map(({ revision }, at) => {
    const head = heads[at] as number;
    return head === revision ? { stored: true, position: 0 } : { stored: false, head };
  });
}
