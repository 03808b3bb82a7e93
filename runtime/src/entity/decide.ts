import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { CompiledCommand, CompiledEntity, CompiledEvent, CompiledMessage } from "./compiled-entity.ts";
import { DecisionContext, DurableContext, NextState, type Situation } from "./context.ts";
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
    throw failure(
      "already_exists",
      entity,
      situation,
      `exists already, and ${command.name} needs that it does not (PRECONDITION_ABSENT)`,
    );
  }
  if (command.precondition === "present" && !exists) {
    throw failure(
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

/**
 * Applies one event to a state, in place.
 *
 * @throws whatever the applier throws, and a TypeError if it returned something
 */
export function applyEvent(entity: CompiledEntity, event: Message, state: Message): void {
  const compiled = entity.eventsByType.get(event.$typeName);
  if (!compiled) throw new TypeError(`${event.$typeName} is not an event of "${entity.name}"`);
  const returned = compiled.apply(event, state);
  if (returned !== undefined) {
    // Nobody waits for it: its failure must not end the process.
    if (isPromise(returned)) returned.then(undefined, () => {});
    throw new TypeError(
      `events.${compiled.name} returned ${isPromise(returned) ? "a promise" : "a value"}. An applier changes the state it is given, at once, and returns nothing.`,
    );
  }
}

function conclusion(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  made: readonly unknown[],
  returned: unknown,
  limits: DecisionLimits,
): Decided {
  const fail = (what: string) => failure("handler_failed", entity, situation, what, command);
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
    throw failure(
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
      throw failure(
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
      throw failure(
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
    throw failure(
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
    throw failure("handler_failed", entity, situation, textOf(cause), command, cause);
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
    throw failure(
      "handler_failed",
      entity,
      situation,
      `${compiled.descriptor.typeName}, made by ${command.name}, cannot be stored: ${textOf(cause)}`,
      command,
      cause,
    );
  }
  if (payload.length > limits.maxPayloadBytes) {
    throw failure(
      "invalid_argument",
      entity,
      situation,
      `${compiled.descriptor.typeName}, made by ${command.name}, has ${payload.length} bytes; maxPayloadBytes is ${limits.maxPayloadBytes}`,
      command,
    );
  }
  return payload;
}

function handlerThrew(
  entity: CompiledEntity,
  command: CompiledCommand,
  situation: Situation,
  cause: unknown,
): EgoError {
  return failure(
    "handler_failed",
    entity,
    situation,
    `commands.${command.name} threw: ${textOf(cause)}${frozenHint(cause)}`,
    command,
    cause,
  );
}

function failure(
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

/** What V8 says of a change to something frozen does not say what was frozen, nor why. */
function frozenHint(cause: unknown): string {
  const frozen = /read only property|object is not extensible|Cannot (delete|define|redefine) property/;
  if (!(cause instanceof TypeError && frozen.test(cause.message))) return "";
  return ". State and command are frozen here: emit an event and change the state in its applier, or give `save` the changed fields.";
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
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
