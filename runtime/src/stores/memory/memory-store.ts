import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult, EventStore, StoredEvent } from "../../journal/event-store.ts";
import type { Receipt, StateChange, StateChangeResult, StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { EntityMap } from "../entity-map.ts";

/** Settings of a store in memory. */
export interface MemoryStoreOptions {
  /** How many shards the journal has; 64 if not given. */
  readonly shardCount?: number;
}

/**
 * A store that lives as long as the object: for tests, demonstrations, and to try things out. It keeps the layout of
 * a journal (dense positions per shard, revisions, receipts) and refuses what any store refuses. An engine started
 * again with the same object finds what the one before it stored.
 *
 * Bytes are copied on the way in and on the way out, so that nobody can change what is stored. On the way in not by
 * `slice`, which does not copy a Buffer.
 *
 * @throws EgoError `invalid_argument` if the shard count is not a positive integer
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const { shardCount = 64 } = options;
  if (!Number.isSafeInteger(shardCount) || shardCount < 1) {
    throw new EgoError("invalid_argument", `A journal has at least one shard, not ${shardCount}.`);
  }
  return { name: "memory", events: memoryEvents(shardCount), states: memoryStates() };
}

function memoryEvents(shardCount: number): EventStore {
  const shards: StoredEvent[][] = Array.from({ length: shardCount }, () => []);
  const histories = new EntityMap<string, StoredEvent[]>();

  function store(append: Append, history: StoredEvent[], shard: StoredEvent[]): number {
    const metadata = new Uint8Array(append.metadata);
    let commandId: string | null = append.commandId;
    for (const { type, payload } of append.events) {
      const stored: StoredEvent = {
        shard: append.shard,
        position: shard.length + 1,
        entityType: append.entityType,
        entityId: append.entityId,
        revision: history.length + 1,
        type,
        payload: new Uint8Array(payload),
        metadata,
        recordedAt: append.recordedAt,
        commandId,
      };
      history.push(stored);
      shard.push(stored);
      commandId = null;
    }
    return shard.length;
  }

  return {
    shardCount,

    async append(batch) {
      // Looked at before anything is stored: a batch is one transaction.
      const targets = batch.map((append) => shardAt(shards, append.shard));
      const refused = new EntityMap<string, true>();
      return batch.map((append, index): AppendResult => {
        const { entityType, entityId, events } = append;
        const shard = targets[index];
        if (shard === undefined || events.length === 0) return { stored: true, position: 0 };
        let history = histories.get(entityType, entityId);
        const head = history?.length ?? 0;
        if (append.expectedRevision !== head || refused.get(entityType, entityId)) {
          refused.set(entityType, entityId, true);
          return { stored: false, head };
        }
        if (history === undefined) {
          history = [];
          histories.set(entityType, entityId, history);
        }
        return { stored: true, position: store(append, history, shard) };
      });
    },

    async heads(entities) {
      return entities.map(({ entityType, entityId }) => histories.get(entityType, entityId)?.length ?? 0);
    },

    async load(entityType, entityId, { from = 1, to = Infinity, limit = Infinity } = {}) {
      const history = histories.get(entityType, entityId) ?? [];
      const start = Math.max(from, 1) - 1;
      return history.slice(start, Math.max(0, Math.min(to, start + Math.max(limit, 0)))).map(copy);
    },

    async read(shard, afterPosition, limit) {
      const start = Math.max(afterPosition, 0);
      return shardAt(shards, shard)
        .slice(start, start + Math.max(limit, 0))
        .map(copy);
    },
  };
}

function shardAt(shards: readonly StoredEvent[][], index: number): StoredEvent[] {
  const shard = shards[index];
  if (shard !== undefined) return shard;
  throw new EgoError("invalid_argument", `The journal has no shard ${index}: it has 0 to ${shards.length - 1}.`);
}

function copy(event: StoredEvent): StoredEvent {
  return { ...event, payload: event.payload.slice(), metadata: event.metadata.slice() };
}

interface Versions {
  /** In binary form also where the entity has a table: memory has no columns. */
  state: Uint8Array | null;
  readonly receipts: Receipt[];
}

function memoryStates(): StateStore {
  const entities = new EntityMap<string, Versions>();

  function store(change: StateChange, versions: Versions): void {
    versions.state = change.state === null ? null : new Uint8Array(change.payload);
    versions.receipts.push({
      revision: versions.receipts.length + 1,
      commandId: change.commandId,
      metadata: new Uint8Array(change.metadata),
      recordedAt: change.recordedAt,
    });
  }

  return {
    async load(entityType, entityId) {
      const versions = entities.get(entityType, entityId);
      if (versions === undefined) return undefined;
      return { revision: versions.receipts.length, state: versions.state?.slice() ?? null };
    },

    async save(batch) {
      const refused = new EntityMap<string, true>();
      return batch.map((change): StateChangeResult => {
        const { entityType, entityId } = change;
        let versions = entities.get(entityType, entityId);
        const head = versions?.receipts.length ?? 0;
        if (change.expectedRevision !== head || refused.get(entityType, entityId)) {
          refused.set(entityType, entityId, true);
          return { stored: false, head };
        }
        if (versions === undefined) {
          versions = { state: null, receipts: [] };
          entities.set(entityType, entityId, versions);
        }
        store(change, versions);
        return { stored: true };
      });
    },

    async heads(names) {
      return names.map(({ entityType, entityId }) => entities.get(entityType, entityId)?.receipts.length ?? 0);
    },

    async receipts(entityType, entityId, limit) {
      const receipts = entities.get(entityType, entityId)?.receipts ?? [];
      const newest = receipts.slice(Math.max(0, receipts.length - Math.max(limit, 0))).reverse();
      return newest.map((receipt) => ({ ...receipt, metadata: receipt.metadata.slice() }));
    },
  };
}
