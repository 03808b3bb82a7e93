import { create, type Message } from "@bufbuild/protobuf";
import type { Reply, SendOptions, Sent } from "../codegen/client.ts";
import type { Entity, Implementation } from "../codegen/entity.ts";
import type { Fields } from "../codegen/message.ts";
import { compileClient } from "../engine/client.ts";
import { messageOf } from "../engine/command-message.ts";
import type { EntityRef } from "../engine/engine.ts";
import { defaultLimits } from "../engine/options.ts";
import { checkSendOptions, noSendOptions } from "../engine/send-options.ts";
import { SentCommand } from "../engine/sent-command.ts";
import { type CompiledCommand, type CompiledEntity, compileEntity } from "../entity/compiled-entity.ts";
import { checkEntityId } from "../entity/entity-id.ts";
import { type Answer, Refusal } from "../entity/pending-command.ts";
import { EgoError, type EgoErrorCode } from "../error/ego-error.ts";
import { fieldsOf } from "./messages.ts";
import { ScenarioError } from "./scenario-error.ts";
import { Scripted } from "./scripted.ts";

/** A method of a client, taken apart. */
type CommandOf<Method> = Method extends (fields: infer F, options?: SendOptions) => Sent<infer State, infer Rejections>
  ? { readonly fields: Exclude<F, undefined>; readonly state: State; readonly rejection: Rejections[keyof Rejections] }
  : never;

/** One command that was sent to a mock; `command` narrows the type of `fields`. */
export type ClientCall<Client, Names extends keyof Client = keyof Client> = {
  [Name in Names]: {
    readonly id: string;
    readonly command: Name;
    /** As they were given; `{}` if none were. */
    readonly fields: CommandOf<Client[Name]>["fields"];
    readonly options: SendOptions;
  };
}[Names];

/** What a reply says besides the state. */
export type ReplyFacts = Partial<Omit<Reply<unknown>, "state">>;

/** How one command of a mock is answered: each of these answers one call, the last one all that follow. */
export interface ScriptedCommand<Client, Name extends keyof Client> {
  /**
   * It was carried out.
   *
   * @param state fields of the state afterwards; its id is filled in
   * @param facts default: a revision that counts the replies of the entity, position 0, the epoch, not repeated
   */
  replies(state?: Fields<CommandOf<Client[Name]>["state"]>, facts?: ReplyFacts): this;
  /** The domain refuses: thrown to whoever awaits the command, and the `outcome()` of it. */
  rejects(rejection: CommandOf<Client[Name]>["rejection"]): this;
  /** Fails with an `EgoError`, or with whatever you give. */
  fails(failure: Exclude<EgoErrorCode, "rejected"> | Error): this;
  /** Whatever you say, now or later: returns fields of the state, or a rejection; what it throws, the caller gets. */
  does(
    run: (
      call: ClientCall<Client, Name>,
    ) => Answered<CommandOf<Client[Name]>> | Promise<Answered<CommandOf<Client[Name]>>>,
  ): this;
}

type Answered<Command> = Command extends { readonly state: infer State; readonly rejection: infer Rejection }
  ? Fields<State> | Rejection
  : never;

/** Stands for `engine.entity(…)` in a test of what sends commands. */
export interface MockClient<Client> extends EntityRef<Client> {
  /** The commands that were sent, in order, also those that failed. */
  readonly calls: readonly ClientCall<Client>[];
  /** How each command is answered. One that is not scripted fails with a `ScenarioError`. */
  readonly on: { readonly [Name in keyof Client]: ScriptedCommand<Client, Name> };
}

type Run = (call: AnyCall) => { readonly answer: unknown; readonly facts?: ReplyFacts };

interface AnyCall {
  readonly id: string;
  readonly command: string;
  readonly fields: object;
  readonly options: SendOptions;
}

/**
 * A mock of an entity's clients. What it is sent is checked as an engine does: fields, ids and options.
 *
 * ```ts
 * const accounts = mockClient(account);
 * accounts.on.debitAccount.fails("unavailable").replies({ balanceCents: 5n });
 * await payOut(accounts, "a-1");
 * expect(accounts.calls).toMatchObject([{ id: "a-1", command: "debitAccount" }, { command: "debitAccount" }]);
 * ```
 */
export function mockClient<Behavior, Client, Events, Rejections, State>(
  entity: Entity<Behavior, Client, Events, Rejections, State>,
): MockClient<Client> {
  const compiled = compileEntity(unwritten(entity as Entity<unknown, unknown, unknown, unknown, unknown>));
  const calls: AnyCall[] = [];
  const scripts = new Map([...compiled.commands.keys()].map((name) => [name, new Scripted<Run>()]));
  const revisions = new Map<string, number>();

  const answerTo = async (command: CompiledCommand, call: AnyCall): Promise<Answer> => {
    checkSendOptions(call.options, defaultLimits.maxMetadataBytes);
    messageOf(command, call.id, call.fields, defaultLimits.maxPayloadBytes);
    const run = scripts.get(command.name)?.take();
    if (!run) throw unscripted(compiled, call);
    const { answer, facts = {} } = run(call);
    const answered = (await answer) as object;
    const rejection = rejectionOf(command, answered);
    if (rejection) return rejection;
    const revision = (revisions.get(call.id) ?? 0) + 1;
    revisions.set(call.id, revision);
    const state = stateOf(compiled, answered);
    compiled.state.fillId(state, call.id);
    const rest = { revision, position: 0, recordedAt: new Date(0), repeated: false, ...facts };
    return { state: compiled.state.shape.freeze(state), ...rest };
  };

  const client = compileClient(compiled, (command, id, fields = {}, options = noSendOptions) => {
    const call: AnyCall = { id, command: command.name, fields, options };
    calls.push(call);
    return new SentCommand(answerTo(command, call), compiled.name, id, command.name);
  });
  const on = [...compiled.commands].map(([name, command]) => [name, scriptedOf(compiled, command, scripts)] as const);
  return {
    calls: calls as unknown as MockClient<Client>["calls"],
    on: Object.fromEntries(on) as unknown as MockClient<Client>["on"],
    get(id) {
      checkEntityId(compiled, id);
      return client(id) as Client;
    },
  };
}

function scriptedOf(compiled: CompiledEntity, command: CompiledCommand, scripts: ReadonlyMap<string, Scripted<Run>>) {
  const add = (run: Run) => {
    scripts.get(command.name)?.add(run);
    return scripted;
  };
  const scripted = {
    replies(state: object = {}, facts: ReplyFacts = {}) {
      // Made once now, so that a wrong name is told where it was written.
      stateOf(compiled, state);
      return add(() => ({ answer: state, facts }));
    },
    rejects(rejection: Message) {
      if (rejectionOf(command, rejection)) return add(() => ({ answer: rejection }));
      throw new ScenarioError(
        `${command.name} does not reject with ${rejection?.$typeName}`,
        command.rejects.map(({ descriptor }) => descriptor.typeName),
        rejection?.$typeName,
      );
    },
    fails(failure: EgoErrorCode | Error) {
      const thrown = failure instanceof Error ? failure : new EgoError(failure, `${failure}, as the test wants.`);
      return add(() => ({ answer: Promise.reject(thrown) }));
    },
    does: (run: (call: AnyCall) => unknown) => add((call) => ({ answer: run(call) })),
  };
  return scripted;
}

function stateOf({ state, name }: CompiledEntity, fields: object): Message {
  fieldsOf(state.descriptor, fields, `the state of "${name}"`);
  return state.shape.copy(create(state.descriptor, fields as never) as Message);
}

function rejectionOf({ rejects }: CompiledCommand, answer: object): Refusal | undefined {
  if (!("$typeName" in answer)) return undefined;
  const found = rejects.find(({ descriptor }) => descriptor.typeName === answer.$typeName);
  return found && new Refusal(found.name, answer as Message);
}

function unscripted(compiled: CompiledEntity, { command, id }: AnyCall): ScenarioError {
  return new ScenarioError(
    `${compiled.name} ${JSON.stringify(id)} was sent ${command}, and the mock is not told what to answer: on.${command}.replies(…)`,
    "no command, or one that is scripted",
    command,
  );
}

/** The entity with a behavior that nobody calls: a client needs only what the table says. */
function unwritten(entity: Entity<unknown, unknown, unknown, unknown, unknown>): Implementation {
  const none = (names: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, () => undefined]));
  const { commands, events, upcasts } = entity.table;
  return entity.implement({ commands: none(commands), events: none(events), upcasts: none(upcasts) });
}
