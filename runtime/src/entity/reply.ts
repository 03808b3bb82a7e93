import type { CompiledEntity } from "./compiled-entity.ts";
import type { PendingCommand } from "./pending-command.ts";
import type { Version } from "./recover.ts";

/** Answers a command with an entity at one revision. */
export function reply(
  entity: CompiledEntity,
  pending: PendingCommand,
  version: Version,
  position: number,
  recordedAt: number,
  repeated = false,
): void {
  const { shape } = entity.state;
  // Bytes cannot be frozen, so the caller gets its own.
  const state = shape.hasBytes ? shape.freeze(shape.copy(version.state)) : version.state;
  pending.resolve({
    state,
    revision: version.revision,
    position,
    recordedAt: new Date(recordedAt),
    repeated,
  });
}
