import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { AppliedEvent, EventStore, StoredEvent } from "../journal/event-store.ts";
import type { StateStore } from "../journal/state-store.ts";
import { storeFailure } from "../journal/store-failure.ts";
import { applyEvent } from "./apply.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { brokenEvent, decodeEvent } from "./decode-event.ts";
import type { Base, EntitySnapshots } from "./entity-snapshots.ts";
import { eventPages } from "./event-pages.ts";
import type { EntityHost } from "./host.ts";

/** An entity at one revision. */
export interface Version {
  /** Frozen. */
  readonly state: Message;
  readonly revision: number;
  /** Whether there is something: events, or a durable state that was not removed. */
  readonly exists: boolean;
}

/** What an event-sourced entity is read from. */
export interface Source {
  readonly entity: CompiledEntity;
  readonly entityId: string;
  readonly events: EventStore;
  /** Undefined where the store has none. */
  readonly snapshots: EntitySnapshots | undefined;
  readonly report: EntityHost["report"];
}

/** An entity as it was read. */
export interface Recovered extends Version {
  /** The revision of the snapshot from which it was read; 0 if from the first event on. */
  readonly base: number;
}

type OnEvent = (stored: StoredEvent, commandId: string) => void;

/** Which revisions are read. */
export interface RecoverRange {
  /** The last revision to apply; default: all. */
  readonly to?: number;
  /** The last revision that may come from a snapshot: `onEvent` is told of all behind it. Default: any. */
  readonly baseTo?: number;
}

/**
 * Makes the state of an event-sourced entity of its newest usable snapshot and the events behind it. Without
 * `snapshotEvery` it asks for snapshots only where events are gone.
 *
 * @param onEvent called with each event after it was applied, and the id of the command that caused it; without it,
 * less is read of each event
 * @returns undefined if retention removed the events, and no snapshot stands for them
 * @throws EgoError `unsupported` for an event of an unknown type, `data_loss` for a gap or bytes that do not decode,
 * `handler_failed` if an applier or an upcaster throws
 */
export async function recover(
  source: Source,
  onEvent: OnEvent | undefined,
  range: RecoverRange = {},
): Promise<Recovered | undefined> {
  const { entity, snapshots, report } = source;
  let { to = Number.MAX_SAFE_INTEGER } = range;
  let base: Base | undefined;
  let ahead = false;
  if (snapshots && entity.tuning.snapshotEvery !== undefined) {
    // Should the events alone do, they do: a snapshot is never needed before they are gone.
    base = await snapshots.newest(Math.min(to, range.baseTo ?? to)).catch((cause: unknown) => {
      report(storeFailure(cause));
      return undefined;
    });
  }
  for (;;) {
    const replayed = await replay(source, onEvent, base, to);
    if (replayed.kind === "done") {
      // They are of another history, which nobody would see any more once the journal has grown past them.
      if (ahead) await snapshots?.removeBehind(replayed.version.revision);
      return { ...replayed.version, base: base?.revision ?? 0 };
    }
    if (replayed.kind === "gone") {
      base = await snapshots?.newest(to, replayed.revision);
      if (!base) return undefined;
    } else {
      report(aheadOfJournal(source, replayed.revision));
      ahead = true;
      to = replayed.revision - 1;
      base = await snapshots?.newest(to);
    }
  }
}

type Replayed =
  | { readonly kind: "done"; readonly version: Version }
  /** An event is a tombstone. */
  | { readonly kind: "gone"; readonly revision: number }
  /** The journal ends before the revision of the base. */
  | { readonly kind: "ahead"; readonly revision: number };

async function replay(
  { entity, entityId, events }: Source,
  onEvent: OnEvent | undefined,
  base: Base | undefined,
  to: number,
): Promise<Replayed> {
  const state = base?.state ?? entity.initial(entityId);
  // The event of the base is read as well: that it is there says that the snapshot belongs to this journal.
  let revision = base ? base.revision - 1 : 0;

  /** @returns false at a tombstone */
  function apply(stored: AppliedEvent): boolean {
    if (stored.revision !== revision + 1) {
      throw brokenEvent(
        entity,
        stored,
        "data_loss",
        `follows revision ${revision}: events are missing. Restore the journal from a backup.`,
      );
    }
    revision = stored.revision;
    if (revision === base?.revision) return true;
    if (stored.payload === null) return false;
    replayOne(entity, stored, state);
    return true;
  }

  if (onEvent) {
    // Stored with the first event of a command only.
    let commandId = "";
    for await (const page of eventPages((range) => events.load(entity.name, entityId, range), revision + 1, to)) {
      for (const stored of page) {
        if (!apply(stored)) return { kind: "gone", revision };
        commandId = stored.commandId ?? commandId;
        if (revision !== base?.revision) onEvent(stored, commandId);
      }
    }
  } else {
    const load = (events.loadPayloads ?? events.load).bind(events);
    for await (const page of eventPages((range) => load(entity.name, entityId, range), revision + 1, to)) {
      for (const stored of page) if (!apply(stored)) return { kind: "gone", revision };
    }
  }
  if (base && revision < base.revision) return { kind: "ahead", revision: base.revision };
  return { kind: "done", version: { state: entity.state.shape.freeze(state), revision, exists: revision > 0 } };
}

function aheadOfJournal({ entity, entityId }: Source, revision: number): EgoError {
  return new EgoError(
    "data_loss",
    `The snapshot of ${entity.name} ${JSON.stringify(entityId)} at revision ${revision} is removed: the journal does not have that revision. Was it restored from an older backup?`,
    { details: { entity: entity.name, entityId, revision } },
  );
}

/** Reads a durable state. */
export async function readState(entity: CompiledEntity, entityId: string, states: StateStore): Promise<Version> {
  const stored = await states.load(entity.name, entityId);
  if (!stored?.state) {
    const state = entity.state.shape.freeze(entity.initial(entityId));
    return { state, revision: stored?.revision ?? 0, exists: false };
  }
  if (!(stored.state instanceof Uint8Array)) {
    return { state: entity.state.shape.freeze(stored.state), revision: stored.revision, exists: true };
  }
  try {
    const state = fromBinary(entity.state.descriptor, stored.state) as Message;
    return { state: entity.state.shape.freeze(state), revision: stored.revision, exists: true };
  } catch (cause) {
    throw new EgoError(
      "data_loss",
      `The stored state of ${entity.name} ${JSON.stringify(entityId)} cannot be decoded as ${entity.state.descriptor.typeName}: ${textOf(cause)}`,
      { cause, details: { entity: entity.name, entityId, revision: stored.revision } },
    );
  }
}

function replayOne(entity: CompiledEntity, stored: AppliedEvent, state: Message): void {
  const event = decodeEvent(entity, stored);
  try {
    applyEvent(entity, event, state);
  } catch (cause) {
    throw brokenEvent(entity, stored, "handler_failed", `cannot be applied: ${textOf(cause)}`, { cause });
  }
}
