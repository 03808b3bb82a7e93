import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError, type EgoErrorDetails } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { AppliedEvent } from "../journal/event-store.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { UpcastFailure, upcast } from "./upcaster.ts";

/**
 * Decodes a stored event, by any name that it has or had. An old event comes out as the one that replaced it.
 *
 * @throws EgoError `unsupported` for an unknown type, `data_loss` for bytes that do not decode and for a tombstone,
 * `handler_failed` if an upcaster fails
 */
export function decodeEvent(entity: CompiledEntity, stored: AppliedEvent): Message {
  const kind = entity.storedKinds.get(stored.type);
  if (!kind) {
    throw brokenEvent(
      entity,
      stored,
      "unsupported",
      `is of type ${stored.type}, which this program does not know. A newer program wrote it, or the message was removed, or renamed without an alias: bring it back, or name the alias.`,
    );
  }
  if (stored.payload === null) {
    throw brokenEvent(entity, stored, "data_loss", "was removed by retention: nothing but its type is left of it.");
  }
  let event: Message;
  try {
    event = fromBinary(kind.descriptor, stored.payload) as Message;
  } catch (cause) {
    throw brokenEvent(entity, stored, "data_loss", `cannot be decoded as ${stored.type}: ${textOf(cause)}`, { cause });
  }
  if (kind.upcasters.length === 0) return event;
  try {
    return upcast(kind.upcasters, event, stored.entityId);
  } catch (failure) {
    if (!(failure instanceof UpcastFailure)) throw failure;
    const { message, cause, upcaster } = failure;
    const what = `is an old ${stored.type}, and cannot be upcast: ${message}`;
    throw brokenEvent(entity, stored, "handler_failed", what, { cause, details: { upcaster } });
  }
}

/** The failure of a stored event: says which one it is. */
export function brokenEvent(
  entity: CompiledEntity,
  stored: AppliedEvent,
  code: "data_loss" | "unsupported" | "handler_failed",
  what: string,
  { cause, details }: { readonly cause?: unknown; readonly details?: EgoErrorDetails } = {},
): EgoError {
  const { entityId, revision, type } = stored;
  return new EgoError(code, `Event ${revision} of ${entity.name} ${JSON.stringify(entityId)} ${what}`, {
    cause,
    details: { entity: entity.name, entityId, revision, type, ...details },
  });
}
