import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import { Lane, type LaneLimits } from "../journal/lane.ts";
import type { Snapshot, SnapshotStore } from "../journal/snapshot-store.ts";
import { storeFailure } from "../journal/store-failure.ts";

/** What takes the snapshots of all entities of an engine, beside their commands. */
export class SnapshotKeeper {
  readonly store: SnapshotStore;
  readonly #lane: Lane<Snapshot, EgoError | undefined>;
  readonly #soon: Timing["soon"];
  readonly #underWay = new Set<Promise<void>>();
  #stopping = false;

  constructor(store: SnapshotStore, limits: LaneLimits, timing: Timing) {
    this.store = store;
    // Those of many entities are stored together, so that a disk that syncs has time for the events.
    this.#lane = new Lane((batch) => this.#saveAll(batch), limits, timing);
    this.#soon = timing.soon;
  }

  /** Whether what can be done another time is to be left. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Does something when the current turn of the event loop is over. It sees to its failures itself. */
  run(work: () => Promise<void>): void {
    const done = new Promise<void>((resolve) => this.#soon(() => work().finally(resolve)));
    this.#underWay.add(done);
    void done.then(() => this.#underWay.delete(done));
  }

  /** Stores a snapshot; resolves when it is durable. */
  save(item: Snapshot): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failure: EgoError | undefined) => (failure ? reject(failure) : resolve());
      this.#lane.push({ item, bytes: item.payload.length, withdrawn: false, sent: false, settle, fail: reject });
    });
  }

  /** Resolves when all that was begun is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#underWay);
  }

  async #saveAll(batch: readonly Snapshot[]): Promise<readonly (EgoError | undefined)[]> {
    try {
      await this.store.save(batch);
      return batch.map(() => undefined);
    } catch (cause) {
      if (batch.length === 1) throw cause;
    }
    // One that cannot be stored, as a state that is too big, is not to be in the way of the others.
    const results: (EgoError | undefined)[] = [];
    for (const snapshot of batch) {
      results.push(await this.store.save([snapshot]).then(() => undefined, storeFailure));
    }
    return results;
  }
}
