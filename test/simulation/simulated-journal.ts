import { memoryStore } from "@ego/runtime";
import type { WholeStore } from "./saboteur.ts";

interface Written {
  readonly entityId: string;
  readonly expectedRevision: number;
}

/** The journal that all nodes share, and what an onlooker sees of it: how far each entity is. */
export class SimulatedJournal {
  /** As it is, for whoever checks it in the end. */
  readonly inner: WholeStore;
  /** As nodes reach it. */
  readonly store: WholeStore;
  readonly #heads = new Map<string, number>();
  readonly #refusals = new Map<string, number>();

  constructor(shardCount: number) {
    this.inner = memoryStore({ shardCount }) as WholeStore;
    const { events, states, snapshots } = this.inner;
    this.store = {
      snapshots,
      events: {
        ...events,
        append: async (batch) => {
          const results = await events.append(batch);
          for (const [index, one] of batch.entries()) this.#see(one, results[index]?.stored, one.events.length);
          return results;
        },
      },
      states: {
        ...states,
        save: async (batch) => {
          const results = await states.save(batch);
          for (const [index, one] of batch.entries()) this.#see(one, results[index]?.stored, 1);
          return results;
        },
      },
    };
  }

  /** The revision of an entity that is stored now. */
  head(id: string): number {
    return this.#heads.get(id) ?? 0;
  }

  /** The revisions of all entities that are stored now. */
  heads(): ReadonlyMap<string, number> {
    return new Map(this.#heads);
  }

  /** How often somebody came too late with a change of an entity. */
  refusals(id: string): number {
    return this.#refusals.get(id) ?? 0;
  }

  #see({ entityId, expectedRevision }: Written, stored: boolean | undefined, versions: number): void {
    if (stored) this.#heads.set(entityId, expectedRevision + versions);
    else this.#refusals.set(entityId, this.refusals(entityId) + 1);
  }
}
