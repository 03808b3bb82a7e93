import { EgoError } from "../error/ego-error.ts";
import type { CompiledCommand, CompiledEntity } from "./compiled-entity.ts";
import type { Situation } from "./context.ts";

/** The error of a command that could not be decided: which entity, at which revision, and by which command. */
export function decisionFailure(
  code: "already_exists" | "not_found" | "handler_failed" | "invalid_argument",
  entity: CompiledEntity,
  situation: Situation,
  what: string,
  command?: CompiledCommand,
  cause?: unknown,
): EgoError {
  return new EgoError(code, `${entity.name} ${JSON.stringify(situation.entityId)}: ${what}`, {
    cause,
    details: {
      entity: entity.name,
      entityId: situation.entityId,
      revision: situation.revision,
      ...(command ? { command: command.descriptor.typeName } : {}),
    },
  });
}
