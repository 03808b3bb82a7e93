import type { Random } from "./random.ts";

/** What a world is like: drawn first of all from its seed. */
export interface Plan {
  readonly nodes: number;
  readonly clients: number;
  readonly operationsPerClient: number;
  /** Operations of a client that may be under way at once. */
  readonly burst: number;
  readonly accounts: number;
  readonly items: number;
  readonly shardCount: number;
  readonly lanes: number;
  /** The longest way of a call, one way, in milliseconds. */
  readonly maxLatencyMs: number;
  /** Of store calls. */
  readonly faultRate: number;
  /** Crashes and stops of nodes. */
  readonly accidents: number;
  /** Of commands whose handler is asynchronous. */
  readonly slowRate: number;
  /** Entries of one transaction. */
  readonly maxEntries: number;
  readonly maxMailbox: number;
  readonly maxCommands: number;
  /** After which an engine waits no longer for the store. */
  readonly storeTimeoutMs: number;
  /** After which an entity leaves the memory; undefined for the engine's default. */
  readonly passivateAfterMs: number | undefined;
  /** Events of an account between two snapshots; undefined for none. */
  readonly snapshotEvery: number | undefined;
}

/** Draws a plan. */
export function planOf(random: Random): Plan {
  return {
    nodes: random.one([1, 1, 2]),
    clients: random.int(1, 5),
    operationsPerClient: random.int(3, 16),
    burst: random.one([1, 2, 6]),
    accounts: random.int(1, 3),
    items: random.int(0, 2),
    shardCount: random.int(1, 4),
    lanes: random.one([1, 1, 2, 3]),
    maxLatencyMs: random.one([0, 1, 5, 30]),
    faultRate: random.one([0, 0.05, 0.15, 0.4]),
    accidents: random.one([0, 0, 1, 3]),
    slowRate: random.one([0, 0.1, 0.5]),
    maxEntries: random.one([1, 2, 5, 1_000]),
    maxMailbox: random.one([2, 5, 10_000, 10_000, 10_000]),
    maxCommands: random.one([3, 100_000, 100_000, 100_000, 100_000]),
    storeTimeoutMs: random.one([100, 500, 30_000]),
    passivateAfterMs: random.one([undefined, 50, 500]),
    snapshotEvery: random.one([undefined, 1, 2, 5]),
  };
}
