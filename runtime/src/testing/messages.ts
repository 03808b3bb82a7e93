import { equals, fromBinary, type Message, toJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import type { Decided, DecidedEvent } from "../entity/decide.ts";
import { shallowCopy } from "../entity/shape.ts";
import { scenarioId } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";

/** The events as a replay sees them: those that were applied may share messages with the state, and change with it. */
export function storedOf(entity: CompiledEntity, events: readonly DecidedEvent[]): readonly Message[] {
  return events.map(({ payload, message }) => {
    const descriptor = entity.eventsByType.get(message.$typeName)?.descriptor;
    return descriptor ? (fromBinary(descriptor, payload) as Message) : message;
  });
}

function descriptorOf(entity: CompiledEntity, message: Message) {
  return (
    entity.eventsByType.get(message.$typeName) ??
    entity.oldEventsByType.get(message.$typeName) ??
    entity.rejectionsByType.get(message.$typeName) ??
    (message.$typeName === entity.state.descriptor.typeName ? entity.state : undefined)
  );
}

/** The message with the scenario's id, as the entity would store it. */
export function withId(entity: CompiledEntity, message: Message): Message {
  const compiled = descriptorOf(entity, message);
  if (!compiled)
    throw new ScenarioError(
      `${message.$typeName} is not a message of "${entity.name}"`,
      entity.name,
      message.$typeName,
    );
  const own = shallowCopy(message);
  compiled.fillId(own, scenarioId);
  return own;
}

/** Whether two messages are of one type and equal. */
export function sameMessage(entity: CompiledEntity, expected: Message, actual: Message | undefined): boolean {
  const compiled = descriptorOf(entity, expected);
  return (
    actual !== undefined &&
    compiled !== undefined &&
    expected.$typeName === actual.$typeName &&
    equals(compiled.descriptor, expected, actual)
  );
}

/** A message as a test runner can show it. */
export function showMessage(entity: CompiledEntity, message: Message): unknown {
  const compiled = descriptorOf(entity, message);
  if (!compiled) return message.$typeName;
  try {
    return { [message.$typeName]: toJson(compiled.descriptor, message) };
  } catch {
    // Not every message has a JSON form, as one with an unknown `Any`.
    return { [message.$typeName]: reflect(compiled.descriptor, message).message };
  }
}

/** What was decided, as a test runner can show it. */
export function showDecided(entity: CompiledEntity, decided: Decided): unknown {
  switch (decided.kind) {
    case "events":
      return storedOf(entity, decided.events).map((event) => showMessage(entity, event));
    case "rejected":
      return showMessage(entity, decided.rejection);
    case "saved":
      return { saved: showMessage(entity, decided.state) };
    case "removed":
    case "kept":
      return decided.kind;
  }
}
