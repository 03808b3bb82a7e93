import { EgoError } from "../error/ego-error.ts";
import type { EventStore, ShardPosition, StoredEvent } from "./event-store.ts";
import { lastPositions, readShards } from "./read-shards.ts";
import type { StateStore, StoredVersion, VersionKind } from "./state-store.ts";

/**
 * A version of a durable state, as if it were an event whose type is the name of its entity. Of one that was superseded
 * there is nothing to be told: it has no payload, as a tombstone.
 */
export interface VersionEvent extends StoredEvent {
  readonly versionKind: VersionKind;
}

/** What there is of a version; undefined of an event. */
export function versionKindOf(event: StoredEvent): VersionKind | undefined {
  return (event as Partial<VersionEvent>).versionKind;
}

/**
 * The versions of durable states as a journal of twice as many shards, of which the first half is empty: shard `n` of
 * states is shard `shardCount + n`.
 *
 * @returns undefined if the store gives versions no positions
 */
export function stateShards(states: StateStore | undefined, shardCount: number): EventStore | undefined {
  if (!states?.readShards || !states.lastPositions) return undefined;
  const { readShards: readVersions, lastPositions: lastVersions } = states;

  async function read(after: readonly ShardPosition[], limit: number): Promise<readonly StoredEvent[]> {
    const own = after.filter(({ shard }) => shard >= shardCount);
    if (own.length === 0) return [];
    const places = own.map(({ shard, position }) => ({ shard: shard - shardCount, position }));
    return (await readVersions.call(states, places, limit)).map((version) => eventOf(version, shardCount));
  }

  return {
    shardCount: 2 * shardCount,
    append() {
      return Promise.reject(new EgoError("internal", "Versions of durable states are saved, not appended."));
    },
    load: async () => [],
    read: (shard, position, limit) => read([{ shard, position }], limit),
    readShards: read,
    async lastPositions() {
      return [...Array.from({ length: shardCount }, () => 0), ...(await lastVersions.call(states))];
    },
  };
}

/**
 * A journal of events with the versions of durable states behind them, in shards of their own.
 *
 * @param states as `stateShards` makes it
 */
export function withStates(events: EventStore, states: EventStore): EventStore {
  const { shardCount } = events;
  return {
    ...events,
    shardCount: states.shardCount,
    read: (shard, position, limit) => (shard < shardCount ? events : states).read(shard, position, limit),
    async readShards(after, limit) {
      const [first, second] = await Promise.all(
        [events, states].map((journal, at) => {
          const own = after.filter(({ shard }) => shard < shardCount === (at === 0));
          return own.length === 0 ? [] : readShards(journal, own, limit);
        }),
      );
      if (!first?.length || !second?.length) return first?.length ? first : (second ?? []);
      // Where one of them ends by its limit, the page is full before anything behind that is come to.
      const found = Map.groupBy([...first, ...second], ({ shard }) => shard);
      return after.flatMap(({ shard }) => found.get(shard) ?? []).slice(0, Math.max(limit, 0));
    },
    async lastPositions() {
      const [first, second] = await Promise.all([lastPositions(events), lastPositions(states)]);
      return [...first, ...second.slice(shardCount)];
    },
  };
}

const nothing = new Uint8Array(0);

function eventOf({ kind, ...version }: StoredVersion, shardCount: number): VersionEvent {
  const { shard, entityType, payload } = version;
  return {
    ...version,
    shard: shardCount + shard,
    type: entityType,
    payload: kind === "superseded" ? null : (payload ?? nothing),
    versionKind: kind,
  };
}
