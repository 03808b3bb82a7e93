import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { StoredEvent } from "../journal/event-store.ts";
import { versionKindOf } from "../journal/state-shards.ts";
import type { CompiledEntity } from "./compiled-entity.ts";

/**
 * Decodes the state of a version; null if it removed the entity.
 *
 * @throws EgoError `data_loss` if the state is not to be found, or its bytes do not decode
 */
export function decodeVersion(entity: CompiledEntity, stored: StoredEvent): Message | null {
  const kind = versionKindOf(stored);
  if (kind === "removed") return null;
  if (kind !== "state" || stored.payload === null) {
    throw broken(
      entity,
      stored,
      "is not to be found: was its row changed by hand, or its table taken out of the schema?",
    );
  }
  try {
    return fromBinary(entity.state.descriptor, stored.payload) as Message;
  } catch (cause) {
    throw broken(entity, stored, `cannot be decoded: ${textOf(cause)}`, cause);
  }
}

function broken(entity: CompiledEntity, stored: StoredEvent, what: string, cause?: unknown): EgoError {
  const { entityId, revision } = stored;
  return new EgoError("data_loss", `Version ${revision} of ${entity.name} ${JSON.stringify(entityId)} ${what}`, {
    cause,
    details: { entity: entity.name, entityId, revision },
  });
}
