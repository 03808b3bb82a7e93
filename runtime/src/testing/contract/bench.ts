import type { Append, AppendResult, EventStore, RevisionRange, StoredEvent } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";
import type { ProjectionStore } from "../../journal/projection-store.ts";
import type { SnapshotStore } from "../../journal/snapshot-store.ts";
import type { StateStore } from "../../journal/state-store.ts";
import type { Store } from "../../journal/store.ts";
import { ContractError } from "./contract-error.ts";
import { noteEntities } from "./note.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What an append of the contract has that differs from the others. */
export type AppendFields = Partial<Append> & {
  /** How many events; 1 if not given. */
  readonly count?: number;
};

/** What a case works with: a journal, a store on it, and an entity type that no other case writes. */
export interface Bench extends AsyncDisposable {
  /** The events of the first store. */
  readonly events: EventStore;
  /** The snapshots of the first store. */
  readonly snapshots: SnapshotStore;
  /** The states of the first store. */
  readonly states: StateStore;
  /** The projections of the first store. */
  readonly projections: ProjectionStore;
  /** The entity type of `append`, `load` and `neighbours`. */
  readonly type: string;
  /** Makes an append of `type`. */
  append(entityId: string, expectedRevision: number, fields?: AppendFields): Append;
  /** Loads events of `type`, by the first store. */
  load(entityId: string, range?: RevisionRange): Promise<readonly StoredEvent[]>;
  /** Other ids of `type` in the shard of an id. */
  neighbours(entityId: string, count: number): readonly string[];
  /** Stores an event in a shard, and tells its position: what is stored next in the shard follows on it. */
  mark(shard: number): Promise<number>;
  /** Opens another store, beside the first. */
  another(): Promise<Store>;
  /** Opens a store on a journal of its own, which is none of this one's business. */
  foreign(): Promise<Store>;
  /** Closes the first store, and opens one in its place. */
  reopen(): Promise<void>;
}

let types = 0;

/** Opens a journal of a subject for a case. */
export async function openBench(subject: StoreSubject): Promise<Bench> {
  const type = `contract_${types++}`;
  const journal = await subject.journal(noteEntities);
  const journals = [journal];
  let store = await journal.open();
  let marks = 0;

  function append(entityId: string, expectedRevision: number, fields: AppendFields = {}): Append {
    const { count = 1, entityType = type, ...rest } = fields;
    return {
      entityType,
      entityId,
      shard: shardOf(entityType, entityId, store.events.shardCount),
      expectedRevision,
      events: Array.from({ length: count }, (_, index) => ({
        type: "bank.v1.Credited",
        payload: Uint8Array.of(expectedRevision % 256, index % 256),
      })),
      metadata: Uint8Array.of(7),
      commandId: `${entityId}-${expectedRevision}`,
      recordedAt: 1_700_000_000_000 + expectedRevision,
      ...rest,
    };
  }

  function* idsIn(shard: number, prefix: string): Generator<string> {
    for (let n = 0; ; n++) {
      if (append(`${prefix}-${n}`, 0).shard === shard) yield `${prefix}-${n}`;
    }
  }

  return {
    type,
    append,
    get events() {
      return store.events;
    },
    get snapshots() {
      if (store.snapshots) return store.snapshots;
      throw new ContractError(`the store has no snapshots: say so by lacks: ["snapshots"]`, "snapshots", undefined);
    },
    get states() {
      if (store.states) return store.states;
      throw new ContractError(`the store has no states: say so by lacks: ["states"]`, "states", undefined);
    },
    get projections() {
      if (store.projections) return store.projections;
      throw new ContractError(
        `the store has no projections: say so by lacks: ["projections"]`,
        "projections",
        undefined,
      );
    },
    load: (entityId, range) => store.events.load(type, entityId, range),
    neighbours: (entityId, count) => [...idsIn(append(entityId, 0).shard, "neighbour").take(count)],
    async mark(shard) {
      const [entityId = ""] = idsIn(shard, `mark-${marks++}`);
      const [result] = await store.events.append([append(entityId, 0)]);
      return positionOf(result);
    },
    another: () => journal.open(),
    async foreign() {
      const other = await subject.journal(noteEntities);
      journals.push(other);
      return other.open();
    },
    async reopen() {
      await store.close?.();
      store = await journal.open();
    },
    async [Symbol.asyncDispose]() {
      for (const made of journals) await made[Symbol.asyncDispose]();
    },
  };
}

/** The position of an append that is to be stored. */
export function positionOf(result: AppendResult | undefined): number {
  if (result?.stored) return result.position;
  throw new ContractError("an append was not stored", { stored: true }, result);
}
