import type { Retention } from "../codegen/tuning.ts";
import { shardOf } from "../journal/hash.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { EntitySnapshots } from "./entity-snapshots.ts";
import type { EntityHost } from "./host.ts";
import type { SnapshotKeeper } from "./snapshot-keeper.ts";

/** Events whose payloads are removed at once: a store that has one writer has time for others in between. */
const atOnce = 1_000;

/** Removes what one entity does not need any more behind its snapshots. */
export class EntityRetention {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #host: EntityHost;
  readonly #keeper: SnapshotKeeper;
  readonly #snapshots: EntitySnapshots;
  readonly #keepSnapshots: number;
  readonly #keepEvents: number | undefined;
  /** Up to which revision payloads are known to be removed. */
  #removedTo: number | undefined;

  constructor(entity: CompiledEntity, id: string, host: EntityHost, keeper: SnapshotKeeper, retention: Retention) {
    this.#entity = entity;
    this.#id = id;
    this.#host = host;
    this.#keeper = keeper;
    this.#snapshots = new EntitySnapshots(entity, id, keeper.store, host.report);
    this.#keepEvents = retention.keepEvents;
    this.#keepSnapshots = retention.keepSnapshots ?? 2;
  }

  /**
   * Goes by what is stored, not by what was sent: it reads the snapshots that are to be kept, and if there are not
   * enough of them that can be decoded, it removes nothing.
   */
  async apply(revision: number): Promise<void> {
    let oldest = revision + 1;
    for (let count = 0; count < this.#keepSnapshots; count++) {
      const kept = await this.#snapshots.newestOwn(oldest - 1);
      if (!kept) return;
      oldest = kept.revision;
    }
    await this.#snapshots.removeBefore(oldest);
    if (this.#keepEvents !== undefined) await this.#removePayloads(oldest - this.#keepEvents);
  }

  async #removePayloads(to: number): Promise<void> {
    if (to < 1) return;
    const { events, readers } = this.#host;
    const { name } = this.#entity;
    const toPosition = await readers.slowest(shardOf(name, this.#id, events.shardCount));
    let removedTo = this.#removedTo ?? (await this.#lastTombstone(to));
    while (removedTo < to) {
      const end = Math.min(to, removedTo + atOnce);
      await events.removePayloads?.(name, this.#id, { from: removedTo + 1, to: end, toPosition });
      // Some are still there if a reader needs them: the next snapshot comes back to them.
      if (!(await this.#isTombstone(end))) break;
      removedTo = end;
      if (this.#keeper.stopping) break;
    }
    this.#removedTo = removedTo;
  }

  /** The last revision up to `to` whose payload is removed. Those before it are removed as well, so it is halved for. */
  async #lastTombstone(to: number): Promise<number> {
    let low = 0;
    let high = to;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (await this.#isTombstone(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #isTombstone(revision: number): Promise<boolean> {
    const [event] = await this.#host.events.load(this.#entity.name, this.#id, { from: revision, to: revision });
    return event?.payload === null;
  }
}
