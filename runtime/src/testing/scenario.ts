import { create, isMessage, type Message } from "@bufbuild/protobuf";
import type { CommandMetadata } from "../codegen/metadata.ts";
import { defaultLimits } from "../engine/options.ts";
import type { CompiledCommand, CompiledEntity } from "../entity/compiled-entity.ts";
import { applyEvent, type Decided, decide } from "../entity/decide.ts";
import { UpcastFailure, upcast } from "../entity/upcaster.ts";
import { checkMetadata } from "../journal/check-metadata.ts";
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
}

/** The id that integer and string id fields take alike. */
export const scenarioId = "1";

/** What came of it. */
export interface Ran {
  readonly decided: Decided;
  readonly before: Message;
}

/** Decides a command on the state that a history leads to. */
export async function runScenario(
  entity: CompiledEntity,
  history: readonly Message[],
  command: CompiledCommand,
  fields: object,
  options: ScenarioOptions,
): Promise<Ran> {
  if (options.metadata !== undefined) checkMetadata(options.metadata, defaultLimits.maxMetadataBytes);
  const { state, exists } = arrange(entity, history);
  if (isMessage(fields) && fields.$typeName !== command.descriptor.typeName) {
    throw new ScenarioError(
      `${command.name} takes the fields of ${command.descriptor.typeName}`,
      command.descriptor.typeName,
      fields.$typeName,
    );
  }
  const message = command.shape.copy(create(command.descriptor, fields as never) as Message);
  command.fillId(message, scenarioId);
  let ids = 0;
  const decided = await decide(
    entity,
    command,
    command.shape.freeze(message),
    {
      entityId: scenarioId,
      state,
      revision: history.length,
      commandId: options.commandId ?? "command-1",
      metadata: options.metadata,
      now: () => (options.now ?? new Date(0)).getTime(),
      newId: options.newId ?? (() => `id-${++ids}`),
      caller: new AbortController(),
    },
    exists,
    defaultLimits,
  );
  return { decided, before: state };
}

/** The state that a history leads to. What makes no sense is an error of the test, and says so. */
function arrange(entity: CompiledEntity, history: readonly Message[]): { state: Message; exists: boolean } {
  const state = entity.initial(scenarioId);
  if (entity.table.kind === "durable") {
    const [only, ...more] = history;
    if (!only) return { state: entity.state.shape.freeze(state), exists: false };
    if (more.length > 0 || only.$typeName !== entity.state.descriptor.typeName) {
      const given = history.map((one) => one.$typeName);
      throw new ScenarioError(
        `given(): "${entity.name}" has a durable state; its history is at most one message of it`,
        [entity.state.descriptor.typeName],
        given,
      );
    }
    const own = entity.state.shape.copy(only);
    entity.state.fillId(own, scenarioId);
    return { state: entity.state.shape.freeze(own), exists: true };
  }
  for (const [index, event] of history.entries()) {
    const compiled = entity.eventsByType.get(event.$typeName) ?? entity.oldEventsByType.get(event.$typeName);
    if (!compiled) {
      throw new ScenarioError(
        `given(): ${event.$typeName} is not an event of "${entity.name}"`,
        [...entity.eventsByType.keys(), ...entity.oldEventsByType.keys()],
        event.$typeName,
      );
    }
    const own = compiled.shape.copy(event);
    try {
      compiled.fillId(own, scenarioId);
      applyEvent(entity, upcast(compiled.upcasters, own, scenarioId), state);
    } catch (cause) {
      const what = cause instanceof UpcastFailure ? `cannot be upcast: ${cause.message}` : "cannot be applied";
      throw new Error(`given(): event ${index + 1}, ${event.$typeName}, ${what}`, { cause });
    }
  }
  return { state: entity.state.shape.freeze(state), exists: history.length > 0 };
}
