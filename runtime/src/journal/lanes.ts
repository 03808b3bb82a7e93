import type { Timing } from "../clock/clock.ts";
import { Lane, type LaneEntry, type LaneLimits, type LaneWatch } from "./lane.ts";

/** Several lanes side by side. An entity belongs to one of them, by its shard, so that its appends keep their order. */
export class Lanes<Item extends { readonly shard: number }, Result> {
  readonly lanes: readonly Lane<Item, Result>[];

  constructor(
    commit: (batch: readonly Item[]) => Promise<readonly Result[]>,
    limits: LaneLimits,
    count: number,
    timing: Timing,
    watch: LaneWatch,
  ) {
    this.lanes = Array.from({ length: count }, () => new Lane(commit, limits, timing, watch));
  }

  /** The lane of a shard. */
  of(shard: number): Lane<Item, Result> {
    return this.lanes[shard % this.lanes.length] as Lane<Item, Result>;
  }

  push(entry: LaneEntry<Item, Result>): void {
    this.of(entry.item.shard).push(entry);
  }
}
