import { fromBinary, type Message } from "@bufbuild/protobuf";
import { textOf } from "../error/text-of.ts";
import { applyEvent } from "./apply.ts";
import type { CompiledCommand, CompiledEntity, CompiledEvent, CompiledMessage } from "./compiled-entity.ts";
import { NextState, type Situation } from "./context.ts";
import { decisionFailure } from "./decision-failure.ts";
import { shallowCopy } from "./shape.ts";

/** How much one command may store. */
export interface DecisionLimits {
  /** Bytes of one event or state. */
  readonly maxPayloadBytes: number;
  readonly maxEventsPerCommand: number;
}

/** An event that was decided, in the form that will be stored. */
export interface DecidedEvent {
  readonly name: string;
  /** The name under which it will be stored. */
  readonly type: string;
  readonly payload: Uint8Array;
  /** Decoded from `payload`, and applied: the state may share what is nested in it. */
  readonly message: Message;
}

/** What became of a command. A failure is thrown. */
export type Decided =
  | { readonly kind: "events"; readonly events: readonly DecidedEvent[]; readonly state: Message }
  | { readonly kind: "saved"; readonly state: Message; readonly payload: Uint8Array }
  | { readonly kind: "removed" }
  | { readonly kind: "kept" }
  | { readonly kind: "rejected"; readonly name: string; readonly rejection: Message };

const kept: Decided = Object.freeze({ kind: "kept" });
const removed: Decided = Object.freeze({ kind: "removed" });

/**
 * What a handler's answer comes to: it is checked, encoded, and applied.
 *
 * @throws EgoError `handler_failed`, or `invalid_argument` for what is too big
 */
export function conclusion(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  made: readonly unknown[],
  returned: unknown,
  limits: DecisionLimits,
): Decided {
  const fail = (what: string) => decisionFailure("handler_failed", entity, situation, what, command);
  if (returned === undefined || returned === null) {
    const lost = made.length === 0 ? "" : ` It made ${made.map(nameOf).join(", ")}: is a \`return\` missing?`;
    throw fail(`commands.${command.name} returned ${returned}.${lost}`);
  }
  if (returned instanceof NextState) {
    const lost = made.find((one) => one !== returned);
    if (lost !== undefined) throw fail(`commands.${command.name} made ${nameOf(lost)} and did not return it`);
    return changeOf(entity, command, situation, returned, limits);
  }
  const list = Array.isArray(returned) ? (returned as readonly unknown[]) : [returned];
  const [first] = list;
  if (list.length === 1 && isMessage(first)) {
    const rejection = entity.rejectionsByType.get(first.$typeName);
    if (rejection && !Array.isArray(returned)) {
      // Events made before a returned rejection do not count; another rejection was meant to be the answer.
      const lost = made.find((one) => one !== first && isMessage(one) && entity.rejectionsByType.has(one.$typeName));
      if (lost !== undefined) throw fail(`commands.${command.name} made ${nameOf(lost)} and did not return it`);
      return rejectionOf(entity, command, situation, rejection, first);
    }
  }
  for (const one of made) {
    if (!list.includes(one)) throw fail(`commands.${command.name} made ${nameOf(one)} and did not return it`);
  }
  if (entity.table.kind === "durable") {
    throw fail(
      `commands.${command.name} returned ${nameOf(first)}; it has to return save(), remove(), keep() or a rejection`,
    );
  }
  return eventsOf(entity, command, situation, list, limits);
}

function eventsOf(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  list: readonly unknown[],
  limits: DecisionLimits,
): Decided {
  if (list.length === 0) return kept;
  if (list.length > limits.maxEventsPerCommand) {
    throw decisionFailure(
      "invalid_argument",
      entity,
      situation,
      `${command.name} made ${list.length} events; maxEventsPerCommand is ${limits.maxEventsPerCommand}`,
      command,
    );
  }
  const state = entity.state.shape.copy(situation.state);
  const events: DecidedEvent[] = [];
  for (const one of list) {
    const compiled = isMessage(one) ? emittedBy(command, one) : undefined;
    if (!compiled) {
      throw decisionFailure(
        "handler_failed",
        entity,
        situation,
        `commands.${command.name} returned ${nameOf(one)}, which is not among what it emits: ${command.emits.map((event) => event.descriptor.typeName).join(", ") || "nothing"}`,
        command,
      );
    }
    const payload = encode(entity, command, situation, compiled, one as Message, limits);
    // What is applied is what was stored, not what the handler holds: a replay sees the same.
    const message = fromBinary(compiled.descriptor, payload) as Message;
    try {
      applyEvent(entity, message, state);
    } catch (cause) {
      throw decisionFailure(
        "handler_failed",
        entity,
        situation,
        `events.${compiled.name} failed: ${textOf(cause)}`,
        command,
        cause,
      );
    }
    events.push({ name: compiled.name, type: compiled.type, payload, message });
  }
  return { kind: "events", events, state: entity.state.shape.freeze(state) };
}

function emittedBy({ emits }: CompiledCommand, { $typeName }: Message): CompiledEvent | undefined {
  for (const event of emits) if (event.descriptor.typeName === $typeName) return event;
  return undefined;
}

function changeOf(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  next: NextState,
  limits: DecisionLimits,
): Decided {
  if (next.state === undefined) return kept;
  if (next.state === null) return removed;
  const payload = encode(entity, command, situation, entity.state, next.state, limits);
  const state = fromBinary(entity.state.descriptor, payload) as Message;
  return { kind: "saved", state: entity.state.shape.freeze(state), payload };
}

function rejectionOf(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  compiled: CompiledMessage,
  rejection: Message,
): Decided {
  if (!command.rejects.includes(compiled)) {
    throw decisionFailure(
      "handler_failed",
      entity,
      situation,
      `commands.${command.name} returned ${nameOf(rejection)}, which is not among what it rejects: ${command.rejects.map((one) => one.descriptor.typeName).join(", ") || "nothing"}`,
      command,
    );
  }
  const own = compiled.shape.copy(rejection);
  try {
    compiled.fillId(own, situation.entityId);
  } catch (cause) {
    throw decisionFailure("handler_failed", entity, situation, textOf(cause), command, cause);
  }
  return { kind: "rejected", name: compiled.name, rejection: compiled.shape.freeze(own) };
}

function encode(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  compiled: CompiledMessage,
  message: Message,
  limits: DecisionLimits,
): Uint8Array {
  let payload: Uint8Array;
  try {
    // The handler's message may be a constant that it returns for every entity.
    const own = shallowCopy(message);
    compiled.fillId(own, situation.entityId);
    payload = compiled.encode(own);
  } catch (cause) {
    throw decisionFailure(
      "handler_failed",
      entity,
      situation,
      `${compiled.descriptor.typeName}, made by ${command.name}, cannot be stored: ${textOf(cause)}`,
      command,
      cause,
    );
  }
  if (payload.length > limits.maxPayloadBytes) {
    throw decisionFailure(
      "invalid_argument",
      entity,
      situation,
      `${compiled.descriptor.typeName}, made by ${command.name}, has ${payload.length} bytes; maxPayloadBytes is ${limits.maxPayloadBytes}`,
      command,
    );
  }
  return payload;
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && typeof (value as Message).$typeName === "string";
}

function nameOf(value: unknown): string {
  if (isMessage(value)) return value.$typeName;
  if (value instanceof NextState) {
    return value.state === undefined ? "keep()" : value.state === null ? "remove()" : "save()";
  }
  return value === null || typeof value !== "object" ? String(value) : "something that is no message";
}
