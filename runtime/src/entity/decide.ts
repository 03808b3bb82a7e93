import type { Message } from "@bufbuild/protobuf";
import type { EgoError } from "../error/ego-error.ts";
import { NotImplemented } from "../error/not-implemented.ts";
import { textOf } from "../error/text-of.ts";
import type { CompiledCommand, CompiledEntity } from "./compiled-entity.ts";
import { conclusion, type Decided, type DecisionLimits } from "./conclusion.ts";
import { DecisionContext, DurableContext, type Situation } from "./context.ts";
import { decisionFailure } from "./decision-failure.ts";
import { isPromise } from "./is-promise.ts";
import { isFrozenError } from "./strict.ts";

/**
 * Decides one command: precondition, handler, checks of what it returned, and the state that follows. Pure but for
 * the handler itself; a promise only where the handler is asynchronous.
 *
 * @throws EgoError `already_exists`, `not_found`, `handler_failed`, or `invalid_argument` for what is too big
 */
export function decide(
  entity: CompiledEntity,
  command: CompiledCommand,
  message: Message,
  situation: Situation,
  exists: boolean,
  limits: DecisionLimits,
): Decided | Promise<Decided> {
  if (command.precondition === "absent" && exists) {
    throw decisionFailure(
      "already_exists",
      entity,
      situation,
      `exists already, and ${command.name} needs that it does not (PRECONDITION_ABSENT)`,
    );
  }
  if (command.precondition === "present" && !exists) {
    throw decisionFailure(
      "not_found",
      entity,
      situation,
      `does not exist, and ${command.name} needs that it does (PRECONDITION_PRESENT)`,
    );
  }
  const durable = entity.table.kind === "durable";
  const context = durable
    ? new DurableContext(entity, command, situation)
    : new DecisionContext(entity, command, situation);
  const conclude = (returned: unknown): Decided =>
    conclusion(entity, command, situation, context.made, returned, limits);
  let returned: unknown;
  try {
    returned = command.handle(message, context);
  } catch (cause) {
    throw handlerThrew(entity, command, situation, cause);
  }
  if (isPromise(returned)) {
    // A native promise, whatever kind of thenable the handler returned: that is what the caller looks for.
    return Promise.resolve(returned).then(conclude, (cause: unknown) => {
      throw handlerThrew(entity, command, situation, cause);
    });
  }
  return conclude(returned);
}

function handlerThrew(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  cause: unknown,
): EgoError {
  return decisionFailure(
    "handler_failed",
    entity,
    situation,
    cause instanceof NotImplemented
      ? `${cause.message}. Fill in commands.${command.name} of its behavior.`
      : `commands.${command.name} threw: ${textOf(cause)}${frozenHint(cause)}`,
    command,
    cause,
  );
}

function frozenHint(cause: unknown): string {
  if (!isFrozenError(cause)) return "";
  return ". State and command are frozen here: emit an event and change the state in its applier, or give `save` the changed fields.";
}
