import { isMessage, type Message } from "@bufbuild/protobuf";
import type { CommandMetadata } from "../codegen/metadata.ts";
import { messageOf } from "../engine/command-message.ts";
import { defaultLimits } from "../engine/options.ts";
import { checkSendOptions } from "../engine/send-options.ts";
import { applyEvent } from "../entity/apply.ts";
import type { CompiledCommand, CompiledEntity } from "../entity/compiled-entity.ts";
import type { Decided } from "../entity/conclusion.ts";
import { decide } from "../entity/decide.ts";
import { UpcastFailure, upcast } from "../entity/upcaster.ts";
import { textOf } from "../error/text-of.ts";
import { fakeIds } from "./fake-ids.ts";
import { roleOf, scenarioId } from "./messages.ts";
import { ScenarioError } from "./scenario-error.ts";

/** What the handler is given besides the command. */
export interface ScenarioOptions {
  /** Default: the epoch. */
  readonly now?: Date;
  /** Default: `id-1`, `id-2`, … */
  readonly newId?: () => string;
  readonly metadata?: CommandMetadata;
  /** Default: `command-1`. */
  readonly commandId?: string;
  /** What the handler's `signal` is. Default: one that never aborts. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface Ran {
  readonly decided: Decided | { readonly kind: "failed"; readonly failure: unknown };
  readonly before: Message;
}

/**
 * Decides a command on the state that a history leads to.
 *
 * @throws ScenarioError if the arrangement makes no sense
 */
export async function runScenario(
  entity: CompiledEntity,
  history: readonly Message[],
  command: CompiledCommand,
  fields: object,
  options: ScenarioOptions,
): Promise<Ran> {
  const { state, exists } = arrange(entity, history);
  if (isMessage(fields) && fields.$typeName !== command.descriptor.typeName) {
    throw new ScenarioError(
      `${command.name} takes the fields of ${command.descriptor.typeName}`,
      command.descriptor.typeName,
      fields.$typeName,
    );
  }
  const { now = new Date(0), commandId = "command-1", metadata, signal = new AbortController().signal } = options;
  const ids = fakeIds();
  const situation = {
    entityId: scenarioId,
    state,
    revision: history.length,
    commandId,
    metadata: metadata && Object.freeze({ ...metadata }),
    now: () => now.getTime(),
    newId: options.newId ?? ids.newId,
    caller: { signal },
  };
  try {
    checkSendOptions({ commandId, ...(metadata ? { metadata } : {}) }, defaultLimits.maxMetadataBytes);
    const message = messageOf(command, scenarioId, fields, defaultLimits.maxPayloadBytes);
    return { decided: await decide(entity, command, message, situation, exists, defaultLimits), before: state };
  } catch (failure) {
    return { decided: { kind: "failed", failure }, before: state };
  }
}

/** The state that a history leads to. What makes no sense is an error of the test, and says so. */
function arrange(entity: CompiledEntity, history: readonly Message[]): { state: Message; exists: boolean } {
  const state = entity.initial(scenarioId);
  if (entity.table.kind === "durable") {
    const [only, ...more] = history;
    if (!only) return { state: entity.state.shape.freeze(state), exists: false };
    const given = history.map((one) => one?.$typeName ?? String(one));
    if (more.length > 0 || only.$typeName !== entity.state.descriptor.typeName) {
      throw new ScenarioError(
        `given(): "${entity.name}" has a durable state; its history is at most one message of it`,
        [entity.state.descriptor.typeName],
        given,
      );
    }
    const own = entity.state.shape.copy(only);
    try {
      entity.state.fillId(own, scenarioId);
    } catch (cause) {
      throw new ScenarioError(`given(): ${textOf(cause)}`, scenarioId, given, { cause });
    }
    return { state: entity.state.shape.freeze(own), exists: true };
  }
  for (const [index, event] of history.entries()) {
    const type = event?.$typeName;
    const compiled = entity.eventsByType.get(type) ?? entity.oldEventsByType.get(type);
    if (!compiled) {
      throw new ScenarioError(
        `given(): ${roleOf(entity, event)}; a history is events of it`,
        [...entity.eventsByType.keys(), ...entity.oldEventsByType.keys()],
        type ?? String(event),
      );
    }
    const own = compiled.shape.copy(event);
    try {
      compiled.fillId(own, scenarioId);
      applyEvent(entity, upcast(compiled.upcasters, own, scenarioId), state);
    } catch (cause) {
      const what = cause instanceof UpcastFailure ? "cannot be upcast" : "cannot be applied";
      throw new ScenarioError(
        `given(): event ${index + 1}, ${type}, ${what}: ${textOf(cause)}`,
        "a history that applies",
        textOf(cause),
        { cause },
      );
    }
  }
  return { state: entity.state.shape.freeze(state), exists: history.length > 0 };
}
