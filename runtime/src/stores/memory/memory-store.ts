import { EgoError } from "../../error/ego-error.ts";
import type { Append, AppendResult, EventStore, StoredEvent } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";
import type { Snapshot, SnapshotStore } from "../../journal/snapshot-store.ts";
import type {
  Receipt,
  StateChange,
  StateChangeResult,
  StateStore,
  StoredVersion,
  VersionKind,
} from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { EntityMap } from "../entity-map.ts";
import { ByteHeap } from "./byte-heap.ts";
import { memoryProjections } from "./memory-projections.ts";

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
 * Bytes are copied on the way in and on the way out, so that nobody can change what is stored.
 *
 * @throws EgoError `invalid_argument` if the shard count is not a positive integer
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const { shardCount = 64 } = options;
  if (!Number.isSafeInteger(shardCount) || shardCount < 1) {
    throw new EgoError("invalid_argument", `A journal has at least one shard, not ${shardCount}.`);
  }
  return {
    name: "memory",
    events: memoryEvents(shardCount),
    snapshots: memorySnapshots(),
    states: memoryStates(shardCount),
    projections: memoryProjections(),
  };
}

function memoryEvents(shardCount: number): EventStore {
  const shards: KeptEvent[][] = Array.from({ length: shardCount }, () => []);
  const histories = new EntityMap<string, KeptEvent[]>();
  const heap = new ByteHeap();

  function store(append: Append, history: KeptEvent[], shard: KeptEvent[]): number {
    const { metadata } = append;
    let commandId: string | null = append.commandId;
    for (const { type, payload } of append.events) {
      const stored: KeptEvent = {
        shard: append.shard,
        position: shard.length + 1,
        entityType: append.entityType,
        entityId: append.entityId,
        revision: history.length + 1,
        type,
        recordedAt: append.recordedAt,
        commandId,
        bytes: heap.room(payload.length + metadata.length),
        at: heap.put(payload),
        metadataAt: heap.put(metadata),
        end: heap.at,
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

    async readShards(after, limit) {
      const found: StoredEvent[] = [];
      for (const { shard, position } of after) {
        const start = Math.max(position, 0);
        const left = Math.max(limit - found.length, 0);
        for (const event of shardAt(shards, shard).slice(start, start + left)) found.push(copy(event));
      }
      return found;
    },

    lastPositions: async () => shards.map((shard) => shard.length),

    async removePayloads(entityType, entityId, { from, to, toPosition }) {
      const history = histories.get(entityType, entityId) ?? [];
      for (let revision = Math.max(from, 1); revision <= Math.min(to, history.length); revision++) {
        const event = history[revision - 1] as KeptEvent;
        if (event.position > toPosition) return;
        // The slab that its payload is part of would be kept for its metadata.
        const bytes = event.bytes.slice(event.metadataAt, event.end);
        const tombstone = { ...event, removed: true, bytes, at: 0, metadataAt: 0, end: bytes.length };
        history[revision - 1] = tombstone;
        shardAt(shards, event.shard)[event.position - 1] = tombstone;
      }
    },
  };
}

function shardAt<Events>(shards: readonly Events[], index: number): Events {
  const shard = shards[index];
  if (shard !== undefined) return shard;
  throw new EgoError("invalid_argument", `The journal has no shard ${index}: it has 0 to ${shards.length - 1}.`);
}

/** An event whose bytes are part of bigger ones: payload, then metadata. */
interface KeptEvent extends Omit<StoredEvent, "payload" | "metadata"> {
  /** Whether the payload was removed: the event is a tombstone. */
  readonly removed?: boolean;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly metadataAt: number;
  readonly end: number;
}

function copy({ bytes, at, metadataAt, end, removed, ...event }: KeptEvent): StoredEvent {
  const payload = removed ? null : bytes.slice(at, metadataAt);
  return { ...event, payload, metadata: bytes.slice(metadataAt, end) };
}

function memorySnapshots(): SnapshotStore {
  /** By entity, ascending by revision. */
  const entities = new EntityMap<string, Snapshot[]>();

  return {
    async save(batch) {
      for (const { entityType, entityId, revision, schemaHash, payload, recordedAt } of batch) {
        const others = (entities.get(entityType, entityId) ?? []).filter(
          (one) => one.revision !== revision || one.schemaHash !== schemaHash,
        );
        others.push({ entityType, entityId, revision, schemaHash, payload: new Uint8Array(payload), recordedAt });
        others.sort((a, b) => a.revision - b.revision);
        entities.set(entityType, entityId, others);
      }
    },

    async load(entityType, entityId, { to = Infinity, schemaHash } = {}) {
      const found = (entities.get(entityType, entityId) ?? []).findLast(
        (one) => one.revision <= to && (schemaHash === undefined || one.schemaHash === schemaHash),
      );
      return found && { ...found, payload: found.payload.slice() };
    },

    async delete(entityType, entityId, { from = -Infinity, to = Infinity } = {}) {
      const snapshots = entities.get(entityType, entityId);
      const left = snapshots?.filter(({ revision }) => revision < from || revision > to);
      if (left) entities.set(entityType, entityId, left);
    },
  };
}

interface Versions {
  /** In binary form also where the entity has a table: memory has no columns. */
  state: Uint8Array | null;
  readonly receipts: Receipt[];
}

/** A version in its shard. What is there of it, its entity knows. */
interface KeptVersion {
  readonly entityType: string;
  readonly entityId: string;
  readonly receipt: Receipt;
  readonly versions: Versions;
}

function memoryStates(shardCount: number): StateStore {
  const entities = new EntityMap<string, Versions>();
  const shards: KeptVersion[][] = Array.from({ length: shardCount }, () => []);

  function store(change: StateChange, versions: Versions): number {
    const { entityType, entityId } = change;
    const shard = shardAt(shards, shardOf(entityType, entityId, shardCount));
    const position = shard.length + 1;
    const receipt = {
      revision: versions.receipts.length + 1,
      commandId: change.commandId,
      metadata: new Uint8Array(change.metadata),
      recordedAt: change.recordedAt,
      position,
    };
    versions.state = change.state === null ? null : new Uint8Array(change.payload);
    versions.receipts.push(receipt);
    shard.push({ entityType, entityId, receipt, versions });
    return position;
  }

  function versionOf(shard: number, position: number, kept: KeptVersion): StoredVersion {
    const { entityType, entityId, receipt, versions } = kept;
    const { revision, metadata, recordedAt, commandId } = receipt;
    const latest = revision === versions.receipts.length;
    const payload = latest ? (versions.state?.slice() ?? null) : null;
    const kind: VersionKind = !latest ? "superseded" : payload === null ? "removed" : "state";
    return {
      shard,
      position,
      entityType,
      entityId,
      revision,
      kind,
      payload,
      metadata: metadata.slice(),
      recordedAt,
      commandId,
    };
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
        return { stored: true, position: store(change, versions) };
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

    async readShards(after, limit) {
      const found: StoredVersion[] = [];
      for (const { shard, position } of after) {
        const start = Math.max(position, 0);
        const left = Math.max(limit - found.length, 0);
        for (const [at, kept] of shardAt(shards, shard)
          .slice(start, start + left)
          .entries()) {
          found.push(versionOf(shard, start + at + 1, kept));
        }
      }
      return found;
    },

    lastPositions: async () => shards.map((shard) => shard.length),
  };
}
