import type { Connection } from "./sqlite-connection.ts";

/** The last position of each shard. Under the write lock, they are what holds until the commit. */
export interface SqlitePositions {
  /** To be called before the others, in each transaction and for each read. */
  look(): void;
  last(shard: number): number;
  set(shard: number, position: number): void;
  /** After a transaction that failed. */
  clear(): void;
}

/**
 * Opens the positions of events, or those of states: read from the index, but not again as long as SQLite says that no
 * other connection has committed since.
 */
export function openPositions(connection: Connection, lastPosition: (shard: number) => number): SqlitePositions {
  const dataVersion = connection.database.prepare("pragma data_version");
  const known = new Map<number, number>();
  let version: unknown;
  return {
    look() {
      const now = dataVersion.get()?.data_version;
      if (now !== version) known.clear();
      version = now;
    },
    last(shard) {
      let last = known.get(shard);
      if (last === undefined) {
        last = lastPosition(shard);
        known.set(shard, last);
      }
      return last;
    },
    set(shard, position) {
      known.set(shard, position);
    },
    clear: () => known.clear(),
  };
}
