import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import type { StateStore } from "../journal/state-store.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { applyEvent } from "./decide.ts";
import { brokenEvent, decodeEvent } from "./decode-event.ts";

/** An entity at one revision. */
export interface Version {
  /** Frozen. */
  readonly state: Message;
  readonly revision: number;
  /** Whether there is something: events, or a durable state that was not removed. */
  readonly exists: boolean;
}

/** Events read at once. */
export const pageSize = 2_000;

/**
 * Makes the state of an event-sourced entity of its events.
 *
 * @param onEvent called with each event after it was applied, and the id of the command that caused it
 * @param to the last revision to apply; default: all
 * @throws EgoError `unsupported` for an event of an unknown type, `data_loss` for a gap or bytes that do not decode,
 * `handler_failed` if an applier or an upcaster throws
 */
export async function replay(
  entity: CompiledEntity,
  entityId: string,
  events: EventStore,
  onEvent: (stored: StoredEvent, commandId: string) => void,
  to: number = Number.POSITIVE_INFINITY,
): Promise<Version> {
  const state = entity.initial(entityId);
  let revision = 0;
  // Stored with the first event of a command only.
  let commandId = "";
  while (revision < to) {
    const range = { from: revision + 1, limit: pageSize, ...(to === Number.POSITIVE_INFINITY ? {} : { to }) };
    const page = await events.load(entity.name, entityId, range);
    for (const stored of page) {
      if (stored.revision !== revision + 1) {
        throw brokenEvent(
          entity,
          stored,
          "data_loss",
          `follows revision ${revision}: events are missing. Restore the journal from a backup.`,
        );
      }
      replayOne(entity, stored, state);
      revision = stored.revision;
      commandId = stored.commandId ?? commandId;
      onEvent(stored, commandId);
    }
    if (page.length < pageSize) break;
  }
  return { state: entity.state.shape.freeze(state), revision, exists: revision > 0 };
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

function replayOne(entity: CompiledEntity, stored: StoredEvent, state: Message): void {
  const event = decodeEvent(entity, stored);
  try {
    applyEvent(entity, event, state);
  } catch (cause) {
    throw brokenEvent(entity, stored, "handler_failed", `cannot be applied: ${textOf(cause)}`, { cause });
  }
}
