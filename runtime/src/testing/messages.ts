import { create, type DescMessage, equals, fromBinary, type Message } from "@bufbuild/protobuf";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import type { Decided, DecidedEvent } from "../entity/conclusion.ts";
import { shallowCopy } from "../entity/shape.ts";
import { ScenarioError } from "./scenario-error.ts";
import { showFields } from "./show.ts";

/** The id of the entity of a scenario: one that integer and string id fields take alike. */
export const scenarioId = "1";

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

/** What a message is to an entity, for whoever gave it where another kind belongs. */
export function roleOf(entity: CompiledEntity, message: Message): string {
  const name = message?.$typeName;
  if (typeof name !== "string") return `${String(message)} is no message`;
  if (entity.eventsByType.has(name)) return `${name} is an event of "${entity.name}"`;
  if (entity.oldEventsByType.has(name)) return `${name} is an old event of "${entity.name}", which nothing emits`;
  if (entity.rejectionsByType.has(name)) return `${name} is a rejection of "${entity.name}"`;
  if (entity.commandsByType.has(name)) return `${name} is a command of "${entity.name}"`;
  if (name === entity.state.descriptor.typeName) return `${name} is the state of "${entity.name}"`;
  return `${name} is not a message of "${entity.name}"`;
}

/** An event or a rejection that a test expects, with the scenario's id, as the entity would store it. */
export function expectedMessage(
  entity: CompiledEntity,
  message: Message,
  kind: "event" | "rejection",
  assertion: string,
): Message {
  const kinds = kind === "event" ? entity.eventsByType : entity.rejectionsByType;
  const compiled = kinds.get(message?.$typeName);
  if (!compiled) {
    throw new ScenarioError(
      `${assertion}: ${roleOf(entity, message)}`,
      [...kinds.keys()],
      message?.$typeName ?? String(message),
    );
  }
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
  return compiled ? { [message.$typeName]: showFields(compiled.descriptor, message) } : message.$typeName;
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

/**
 * The given fields as `create` makes them.
 *
 * @param of whose fields they are, for the error
 * @throws ScenarioError for a name that the message lacks
 */
export function fieldsOf(descriptor: DescMessage, fields: object, of: string): Readonly<Record<string, unknown>> {
  const made = create(descriptor, fields as never) as unknown as { [name: string]: unknown };
  const names = new Set(descriptor.members.map((member) => member.localName));
  const given = Object.keys(fields).filter((name) => name !== "$typeName" && name !== "$unknown");
  for (const name of given) {
    if (!names.has(name)) throw new ScenarioError(`${of} has no field ${name}`, [...names], name);
  }
  return Object.fromEntries(given.map((name) => [name, made[name]]));
}
