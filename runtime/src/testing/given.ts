import { create, equals, fromBinary, isMessage, type Message, toJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Sent } from "../codegen/client.ts";
import type { Implementation } from "../codegen/entity.ts";
import type { Fields } from "../codegen/message.ts";
import { defaultLimits } from "../engine/options.ts";
import { type CompiledCommand, type CompiledEntity, compileEntity } from "../entity/compiled-entity.ts";
import { applyEvent, type Decided, type DecidedEvent, decide } from "../entity/decide.ts";
import { shallowCopy } from "../entity/shape.ts";
import { EgoError, type EgoErrorCode } from "../error/ego-error.ts";
import { ScenarioError } from "./scenario-error.ts";

/** What came of a scenario. */
export interface Result<State> {
  readonly state: Readonly<State>;
  readonly events: readonly Message[];
  readonly rejection: Message | undefined;
}

/** The outcome of a scenario: assert on it, return it to the test runner, or await it. */
export interface Then<State> extends Promise<Result<State>> {
  /** Exactly these events, in this order; none means that nothing happened. */
  emits(...events: readonly Message[]): Then<State>;
  /** The durable state was saved. */
  saves(): Then<State>;
  /** The durable state was removed. */
  removes(): Then<State>;
  /** The durable state was kept as it was. */
  keeps(): Then<State>;
  /** This rejection. */
  rejects(rejection: Message): Then<State>;
  /** A failure with this code, as a precondition that does not hold. */
  fails(code: EgoErrorCode): Then<State>;
  /** These fields of the state afterwards. */
  leaves(fields: Fields<State>): Then<State>;
}

/** The commands of an entity, each starting a scenario. */
export type When<Client> = {
  readonly [Command in keyof Client]: Client[Command] extends (
    fields: infer F,
    ...rest: never
  ) => Sent<infer State, infer _Rejections>
    ? (fields?: Exclude<F, undefined>, options?: ScenarioOptions) => Then<State>
    : never;
};

/** What the handler is given besides the command. */
export interface ScenarioOptions {
  /** Default: the epoch. */
  readonly now?: Date;
  /** Default: `id-1`, `id-2`, … */
  readonly newId?: () => string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default: `command-1`. */
  readonly commandId?: string;
}

/**
 * Starts a scenario: an entity with this history. For an event-sourced entity the history is its events; for a durable
 * one, its state, if it has one. No engine, no store, no clock; works with every test runner.
 *
 * ```ts
 * test("a debit beyond the balance is rejected", () =>
 *   given(accounts, accountOpened(), accountCredited({ amountCents: 100n }))
 *     .when.debitAccount({ amountCents: 130n })
 *     .rejects(insufficientFunds({ missingCents: 30n })));
 * ```
 */
export function given<Behavior, Client, Events, Rejections, State>(
  implementation: Implementation<Behavior, Client, Events, Rejections, State>,
  ...history: readonly Message[]
): { readonly when: When<Client> } {
  const entity = compileEntity(implementation as Implementation);
  const when: { [name: string]: unknown } = {};
  for (const [name, command] of entity.commands) {
    when[name] = (fields: object = {}, options: ScenarioOptions = {}) =>
      then(entity, run(entity, history, command, fields, options));
  }
  return { when: when as When<Client> };
}

/** The id that integer and string id fields take alike. */
const entityId = "1";

interface Ran {
  readonly decided: Decided;
  readonly before: Message;
}

async function run(
  entity: CompiledEntity,
  history: readonly Message[],
  command: CompiledCommand,
  fields: object,
  options: ScenarioOptions,
): Promise<Ran> {
  const { state, exists } = arrange(entity, history);
  if (isMessage(fields) && fields.$typeName !== command.descriptor.typeName) {
    throw wrong(
      `${command.name} takes the fields of ${command.descriptor.typeName}`,
      command.descriptor.typeName,
      fields.$typeName,
    );
  }
  const message = command.shape.copy(create(command.descriptor, fields as never) as Message);
  command.fillId(message, entityId);
  let ids = 0;
  const decided = await decide(
    entity,
    command,
    command.shape.freeze(message),
    {
      entityId,
      state,
      revision: history.length,
      commandId: options.commandId ?? "command-1",
      metadata: options.metadata,
      now: () => (options.now ?? new Date(0)).getTime(),
      newId: options.newId ?? (() => `id-${++ids}`),
      signal: () => new AbortController().signal,
    },
    exists,
    defaultLimits,
  );
  return { decided, before: state };
}

/** The state that a history leads to. What makes no sense is an error of the test, and says so. */
function arrange(entity: CompiledEntity, history: readonly Message[]): { state: Message; exists: boolean } {
  const state = entity.initial(entityId);
  if (entity.table.kind === "durable") {
    const [only, ...more] = history;
    if (!only) return { state: entity.state.shape.freeze(state), exists: false };
    if (more.length > 0 || only.$typeName !== entity.state.descriptor.typeName) {
      const given = history.map((one) => one.$typeName);
      throw wrong(
        `given(): "${entity.name}" has a durable state; its history is at most one message of it`,
        [entity.state.descriptor.typeName],
        given,
      );
    }
    const own = entity.state.shape.copy(only);
    entity.state.fillId(own, entityId);
    return { state: entity.state.shape.freeze(own), exists: true };
  }
  for (const [index, event] of history.entries()) {
    const compiled = entity.eventsByType.get(event.$typeName);
    if (!compiled) {
      throw wrong(
        `given(): ${event.$typeName} is not an event of "${entity.name}"`,
        [...entity.eventsByType.keys()],
        event.$typeName,
      );
    }
    const own = compiled.shape.copy(event);
    try {
      compiled.fillId(own, entityId);
      applyEvent(entity, own, state);
    } catch (cause) {
      throw new Error(`given(): event ${index + 1}, ${event.$typeName}, cannot be applied`, { cause });
    }
  }
  return { state: entity.state.shape.freeze(state), exists: history.length > 0 };
}

function then(entity: CompiledEntity, running: Promise<Ran>): Then<never> {
  const check = (assertion: (ran: Ran) => void) =>
    then(
      entity,
      running.then((ran) => {
        assertion(ran);
        return ran;
      }),
    );
  const kindIs = (kind: Decided["kind"], what: string) =>
    check(({ decided }) => {
      if (decided.kind !== kind) throw wrong(`expected that the command ${what}`, kind, show(entity, decided));
    });
  const result = running.then(({ decided, before }) => ({
    state: stateAfter(entity, decided, before),
    events: decided.kind === "events" ? storedOf(entity, decided.events) : [],
    rejection: decided.kind === "rejected" ? decided.rejection : undefined,
  }));
  // Whoever chains an assertion looks at that one's promise, not at this one's.
  result.catch(() => {});
  return Object.assign(result, {
    emits: (...events: readonly Message[]) =>
      check(({ decided }) => {
        const expected = events.map((event) => withId(entity, event));
        if (decided.kind !== "events" && decided.kind !== "kept") {
          throw wrong(
            "expected events",
            expected.map((event) => showMessage(entity, event)),
            show(entity, decided),
          );
        }
        const actual = decided.kind === "events" ? storedOf(entity, decided.events) : [];
        const same =
          expected.length === actual.length && expected.every((event, i) => sameMessage(entity, event, actual[i]));
        if (!same) {
          throw wrong(
            "other events than expected",
            expected.map((event) => showMessage(entity, event)),
            actual.map((event) => showMessage(entity, event)),
          );
        }
      }),
    saves: () => kindIs("saved", "saves the state"),
    removes: () => kindIs("removed", "removes the state"),
    keeps: () => kindIs("kept", "keeps the state"),
    rejects: (rejection: Message) =>
      check(({ decided }) => {
        const expected = withId(entity, rejection);
        if (decided.kind !== "rejected" || !sameMessage(entity, expected, decided.rejection)) {
          throw wrong("expected a rejection", showMessage(entity, expected), show(entity, decided));
        }
      }),
    fails: (code: EgoErrorCode) =>
      then(
        entity,
        running.then(
          ({ decided }) => {
            throw wrong(`expected the failure ${code}`, code, show(entity, decided));
          },
          (failure: unknown) => {
            if (!(failure instanceof EgoError)) throw failure;
            if (failure.code !== code)
              throw wrong(`expected the failure ${code}: ${failure.message}`, code, failure.code);
            return { decided: { kind: "kept" as const }, before: entity.initial(entityId) };
          },
        ),
      ),
    leaves: (fields: object) =>
      check(({ decided, before }) => {
        const state = stateAfter(entity, decided, before);
        const expected = Object.assign(entity.state.shape.copy(state), pickMade(entity, fields));
        if (!equals(entity.state.descriptor, expected, state)) {
          throw wrong("another state than expected", showMessage(entity, expected), showMessage(entity, state));
        }
      }),
  }) as unknown as Then<never>;
}

/** The given fields as `create` makes them; a name that the state lacks is an error of the test. */
function pickMade(entity: CompiledEntity, fields: object): object {
  const made = create(entity.state.descriptor, fields as never) as unknown as { [name: string]: unknown };
  const names = new Set(entity.state.descriptor.members.map((member) => member.localName));
  return Object.fromEntries(
    Object.keys(fields).map((name) => {
      if (!names.has(name)) throw wrong(`leaves(): the state has no field ${name}`, [...names], name);
      return [name, made[name]];
    }),
  );
}

function stateAfter(entity: CompiledEntity, decided: Decided, before: Message): Message {
  if (decided.kind === "events" || decided.kind === "saved") return decided.state;
  return decided.kind === "removed" ? entity.state.shape.freeze(entity.initial(entityId)) : before;
}

/** The events as a replay sees them: those that were applied may share messages with the state, and change with it. */
function storedOf(entity: CompiledEntity, events: readonly DecidedEvent[]): readonly Message[] {
  return events.map(({ type, payload, message }) => {
    const descriptor = entity.eventsByType.get(type)?.descriptor;
    return descriptor ? (fromBinary(descriptor, payload) as Message) : message;
  });
}

function descriptorOf(entity: CompiledEntity, message: Message) {
  return (
    entity.eventsByType.get(message.$typeName) ??
    entity.rejectionsByType.get(message.$typeName) ??
    (message.$typeName === entity.state.descriptor.typeName ? entity.state : undefined)
  );
}

function withId(entity: CompiledEntity, message: Message): Message {
  const compiled = descriptorOf(entity, message);
  if (!compiled)
    throw wrong(`${message.$typeName} is not a message of "${entity.name}"`, entity.name, message.$typeName);
  const own = shallowCopy(message);
  compiled.fillId(own, entityId);
  return own;
}

function sameMessage(entity: CompiledEntity, expected: Message, actual: Message | undefined): boolean {
  const compiled = descriptorOf(entity, expected);
  return (
    actual !== undefined &&
    compiled !== undefined &&
    expected.$typeName === actual.$typeName &&
    equals(compiled.descriptor, expected, actual)
  );
}

function showMessage(entity: CompiledEntity, message: Message): unknown {
  const compiled = descriptorOf(entity, message);
  if (!compiled) return message.$typeName;
  try {
    return { [message.$typeName]: toJson(compiled.descriptor, message) };
  } catch {
    // Not every message has a JSON form, as one with an unknown `Any`.
    return { [message.$typeName]: reflect(compiled.descriptor, message).message };
  }
}

function show(entity: CompiledEntity, decided: Decided): unknown {
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

function wrong(message: string, expected: unknown, actual: unknown): ScenarioError {
  return new ScenarioError(message, expected, actual);
}
