import type { Message } from "@bufbuild/protobuf";
import type { ChangeContext, DecideContext, Next } from "../codegen/handler.ts";
import { makeMessage } from "../codegen/make-message.ts";
import type { CommandMetadata, Metadata } from "../codegen/metadata.ts";
import { metadataOf } from "../journal/metadata.ts";
import type { CompiledCommand, CompiledEntity, CompiledMessage } from "./compiled-entity.ts";

/** What a command is decided on: all that a handler may know. */
export interface Situation {
  readonly entityId: string;
  /** Frozen. */
  readonly state: Message;
  readonly revision: number;
  readonly commandId: string;
  /** What the caller gave. */
  readonly metadata: CommandMetadata | undefined;
  readonly now: () => number;
  readonly newId: () => string;
  /** Who waits for the answer. */
  readonly caller: { readonly signal: AbortSignal };
}

type Makers = { readonly [name: string]: (fields?: object) => Message };

type MakersClass = new (made: unknown[]) => Makers;

/** Compiled once for the events, or rejections, of a command. */
const makersClasses = new WeakMap<readonly CompiledMessage[], MakersClass>();

/** What makes these messages, and notes them in `made`. A maker is made when it is asked for. */
function makersOf(messages: readonly CompiledMessage[], made: unknown[]): Makers {
  let makers = makersClasses.get(messages);
  if (!makers) {
    makers = compileMakers(messages);
    makersClasses.set(messages, makers);
  }
  return new makers(made);
}

function compileMakers(messages: readonly CompiledMessage[]): MakersClass {
  class MakersOf {
    readonly #made: unknown[];

    constructor(made: unknown[]) {
      this.#made = made;
    }

    static {
      // Only what is asked for by name is there.
      Object.setPrototypeOf(MakersOf.prototype, null);
      for (const { name, descriptor } of messages) {
        Object.defineProperty(MakersOf.prototype, name, {
          enumerable: true,
          get(this: MakersOf) {
            const made = this.#made;
            return (fields?: object) => {
              const message = makeMessage(descriptor, fields);
              made.push(message);
              return message;
            };
          },
        });
      }
    }
  }
  return MakersOf as unknown as MakersClass;
}

/**
 * What both kinds of handlers are given. Members are getters on the prototype: most handlers use two or three of
 * them, and what nobody asks for is never made.
 */
class Context {
  protected readonly entity: CompiledEntity;
  protected readonly situation: Situation;
  readonly #command: CompiledCommand;
  /** What the handler made: it has to return it. */
  readonly made: unknown[] = [];
  #reject: Makers | undefined;
  #now: Date | undefined;
  #metadata: Metadata | undefined;

  constructor(entity: CompiledEntity, command: CompiledCommand, situation: Situation) {
    this.entity = entity;
    this.#command = command;
    this.situation = situation;
  }

  get state(): Message {
    // Bytes cannot be frozen, so the handler gets its own.
    const { shape } = this.entity.state;
    return shape.hasBytes ? shape.freeze(shape.copy(this.situation.state)) : this.situation.state;
  }
  get entityId(): string {
    return this.situation.entityId;
  }
  get revision(): number {
    return this.situation.revision;
  }
  get now(): Date {
    this.#now ??= new Date(this.situation.now());
    return this.#now;
  }
  get newId(): () => string {
    return this.situation.newId;
  }
  get commandId(): string {
    return this.situation.commandId;
  }
  get metadata(): Metadata {
    this.#metadata ??= metadataOf(this.situation.metadata, this.situation.commandId);
    return this.#metadata;
  }
  get signal(): AbortSignal {
    return this.situation.caller.signal;
  }
  get reject(): Makers {
    this.#reject ??= makersOf(this.#command.rejects, this.made);
    return this.#reject;
  }
}

/** The context of a handler of an event-sourced entity. */
export class DecisionContext extends Context implements DecideContext<Message, Makers, Makers> {
  readonly #emits: readonly CompiledMessage[];
  #emit: Makers | undefined;

  constructor(entity: CompiledEntity, command: CompiledCommand, situation: Situation) {
    super(entity, command, situation);
    this.#emits = command.emits;
  }

  get emit(): Makers {
    this.#emit ??= makersOf(this.#emits, this.made);
    return this.#emit;
  }
}

/** What `save`, `remove` and `keep` make. */
export class NextState {
  /** The new state; null removes the entity, undefined keeps it. */
  readonly state: Message | null | undefined;

  constructor(state: Message | null | undefined) {
    this.state = state;
  }
}

/** The context of a handler of a durable-state entity. */
export class DurableContext extends Context implements ChangeContext<Message, Makers> {
  get save(): (fields: object) => Next {
    return (fields) => this.#make(new NextState(this.#changed(fields)));
  }
  get remove(): () => Next {
    return () => this.#make(new NextState(null));
  }
  get keep(): () => Next {
    return () => this.#make(new NextState(undefined));
  }

  #make(next: NextState): Next {
    this.made.push(next);
    return next as unknown as Next;
  }

  /** The current state with these fields changed. */
  #changed(fields: object): Message {
    const { descriptor, shape } = this.entity.state;
    const changed = shape.copy(this.situation.state) as unknown as { [name: string]: unknown };
    // `create` makes messages of nested fields and checks nothing else; a field given as undefined is cleared.
    const given = makeMessage(descriptor, fields) as unknown as { [name: string]: unknown };
    for (const name of Object.keys(fields)) {
      if (name === "$typeName" || name === "$unknown") continue;
      if (Object.hasOwn(given, name)) changed[name] = given[name];
      else delete changed[name];
    }
    return changed as unknown as Message;
  }
}
