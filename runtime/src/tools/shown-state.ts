import type { JsonValue } from "@bufbuild/protobuf";
import type { Implementation } from "../codegen/entity.ts";
import type { Metadata } from "../codegen/metadata.ts";
import { compileEntity } from "../entity/compiled-entity.ts";
import { EntitySnapshots, goneEvents } from "../entity/entity-snapshots.ts";
import { readState, recover, type Version } from "../entity/recover.ts";
import { EgoError } from "../error/ego-error.ts";
import type { SnapshotStore } from "../journal/snapshot-store.ts";
import type { StateStore } from "../journal/state-store.ts";
import type { Store } from "../journal/store.ts";
import { jsonViewer } from "./message-json.ts";
import { metadataOf } from "./shown-event.ts";
import { storedHistory, type Until } from "./stored-history.ts";

/** The state of an entity as a tool shows it. */
export interface ShownState {
  /** The revision of which it is; 0 if nothing was stored yet. */
  readonly revision: number;
  /** Undefined where there is none: nothing was stored yet, or the entity was removed. */
  readonly state: JsonValue | undefined;
}

/** One version of a durable state, of which nothing is stored but what made it. */
export interface ShownVersion {
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  readonly commandId: string;
  /** Undefined if its bytes cannot be decoded. */
  readonly metadata: Metadata | undefined;
}

/** The parts of an open store that states are read from. */
export type StateSource = Pick<Store, "events" | "snapshots" | "states">;

/**
 * The state of an entity: made of its events by its behavior, or as it is stored. Writes nothing.
 *
 * @param until how far its events are applied; a durable state is there as of now only
 * @param sensitive whether fields that are marked as sensitive are shown
 * @throws EgoError as the engine does that reads the entity; `invalid_argument` if its behavior lacks a method
 */
export async function entityState(
  implementation: Implementation,
  entityId: string,
  store: StateSource,
  until: Until,
  sensitive: boolean,
): Promise<ShownState> {
  const { table } = implementation.entity;
  const entity = compileEntity(implementation);
  const { state, revision, exists } =
    table.kind === "durable" ? await readState(entity, entityId, statesOf(store, table.name)) : await replayed();
  const { descriptor } = entity.state;
  return { revision, state: exists ? jsonViewer(table, descriptor, sensitive)(state) : undefined };

  async function replayed(): Promise<Version> {
    const { events } = store;
    const snapshots = store.snapshots && new EntitySnapshots(entity, entityId, reading(store.snapshots), () => {});
    const to = until.time === undefined ? until.revision : await lastRevision();
    const source = { entity, entityId, events, snapshots, report: () => {} };
    const found = await recover(source, undefined, to === undefined ? {} : { to });
    if (found) return found;
    throw (await snapshots?.gone()) ?? goneEvents(entity, entityId, undefined);
  }

  async function lastRevision(): Promise<number> {
    let last = 0;
    for await (const page of storedHistory(store.events, table.name, entityId, until)) {
      last = page.at(-1)?.revision ?? last;
    }
    return last;
  }
}

/**
 * The latest versions of a durable state, newest first.
 *
 * @throws EgoError `unsupported` if the store has no durable states
 */
export async function stateVersions(
  store: StateSource,
  entityType: string,
  entityId: string,
  limit: number,
): Promise<readonly ShownVersion[]> {
  const receipts = await statesOf(store, entityType).receipts(entityType, entityId, limit);
  return receipts.map(({ revision, recordedAt, commandId, metadata }) => {
    return { revision, recordedAt, commandId, metadata: metadataOf(metadata, commandId) };
  });
}

function statesOf({ states }: StateSource, entityType: string): StateStore {
  if (states) return states;
  throw new EgoError("unsupported", `The store has no durable states, and ${JSON.stringify(entityType)} has one.`);
}

/** Snapshots of which none is removed: an engine tidies up where it reads. */
function reading(snapshots: SnapshotStore): SnapshotStore {
  return { load: snapshots.load.bind(snapshots), save: async () => {}, delete: async () => {} };
}
