import type { ProjectionStore } from "../journal/projection-store.ts";

/** What it takes to know which projection is the slowest. */
export interface SlowestOffsetsHost {
  readonly store: Pick<ProjectionStore, "list" | "offsets">;
  readonly timing: { readonly now: () => number };
}

/** Offsets that retention goes by are not older than this: they only grow, but for a rebuild. */
const offsetsAgeMs = 1_000;

/** What all versions of all projections have done, whoever runs them. */
export class SlowestOffsets {
  readonly #host: SlowestOffsetsHost;
  #last: { readonly at: number; readonly slowest: Promise<readonly number[]> } | undefined;

  constructor(host: SlowestOffsetsHost) {
    this.#host = host;
  }

  /** The position of a shard that all have done; the largest number if nobody reads it. */
  async position(shard: number): Promise<number> {
    const now = this.#host.timing.now();
    if (!this.#last || now - this.#last.at >= offsetsAgeMs) this.#last = { at: now, slowest: this.#slowest() };
    const slowest = await this.#last.slowest;
    return slowest[shard] ?? Number.MAX_SAFE_INTEGER;
  }

  /** Offsets may be smaller than they were. */
  forget(): void {
    this.#last = undefined;
  }

  async #slowest(): Promise<readonly number[]> {
    const { store } = this.#host;
    const slowest: number[] = [];
    for (const record of await store.list()) {
      const offsets = await store.offsets(record);
      for (const [shard, position] of (offsets ?? []).entries()) {
        slowest[shard] = Math.min(slowest[shard] ?? Number.MAX_SAFE_INTEGER, position);
      }
    }
    return slowest;
  }
}
