import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import { type Timing, timingOf } from "../clock/clock.ts";
import type { Reply, SendOptions } from "../codegen/client.ts";
import type { Entity, EntityTable, Implementation } from "../codegen/entity.ts";
import { type CompiledCommand, type CompiledEntity, compileEntity } from "../entity/compiled-entity.ts";
import { EntityActor } from "../entity/entity-actor.ts";
import { checkEntityId } from "../entity/entity-id.ts";
import type { EntityHost, Logger } from "../entity/host.ts";
import { PendingCommand } from "../entity/pending-command.ts";
import { history } from "../entity/recorded.ts";
import { EgoError } from "../error/ego-error.ts";
import { checkNodeVersion } from "../error/node-version.ts";
import { shardOf } from "../journal/hash.ts";
import { Lane } from "../journal/lane.ts";
import { Lanes } from "../journal/lanes.ts";
import type { Store } from "../journal/store.ts";
import { openSubscription } from "../stream/open-subscription.ts";
import {
  type CatchUpOptions,
  type CatchUpSubscription,
  type Recorded,
  type RecordedEventOf,
  type RecordedEventsOf,
  type RecordedOf,
  Stream,
  type SubscribeOptions,
  type Subscription,
} from "../stream/stream.ts";
import { checkEngineOptions } from "./check-options.ts";
import { compileClient } from "./client.ts";
import { messageOf } from "./command-message.ts";
import { consoleLogger } from "./console-logger.ts";
import { type AnyEntity, type AnyImplementation, defaultLimits, type EngineOptions, type Limits } from "./options.ts";
import { checkSendOptions, noSendOptions, ownSendOptions } from "./send-options.ts";
import { SentCommand } from "./sent-command.ts";
import { untilSignal } from "./signals.ts";

/** The entities of one kind. */
export interface EntityRef<Client> {
  /**
   * A client of one entity, which need not exist yet.
   *
   * @throws EgoError `invalid_argument` if the id is none
   */
  get(id: string): Client;
}

/** What an entity is now. */
export type EntityState<State> = Pick<Reply<State>, "state" | "revision">;

interface Kind {
  readonly compiled: CompiledEntity;
  readonly host: EntityHost;
  readonly actors: Map<string, EntityActor>;
  readonly client: (entityId: string) => object;
}

/**
 * Runs entities: one command at a time for each, stored before it is answered.
 *
 * ```ts
 * await using engine = await Engine.start({ store: memoryStore(), entities: [account.implement(accountBehavior)] });
 * const { state } = await engine.entity(account).get("a-1").creditAccount({ amountCents: 250n });
 * ```
 */
export class Engine implements AsyncDisposable {
  readonly #store: Store;
  readonly #limits: Limits;
  readonly #logger: Logger;
  readonly #newId: () => string;
  readonly #timing: Timing;
  readonly #stream = new Stream();
  readonly #kinds = new Map<string, Kind>();
  readonly #lanes: Lane<never, never>[] = [];
  /** Commands that are not answered yet. */
  #underWay = 0;
  #stopping: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  private constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#logger = options.logger ?? consoleLogger;
    const { clock, ids } = options;
    this.#timing = timingOf(clock);
    this.#newId = ids ? () => ids.newId() : randomUUID;
  }

  /**
   * Opens the store and starts.
   *
   * @throws EgoError `invalid_argument` or `unsupported` if the configuration makes no sense, or what the store throws
   */
  static async start(options: EngineOptions): Promise<Engine> {
    checkNodeVersion();
    checkEngineOptions(options);
    const entities = compileAll(options);
    await options.store.open?.(options.entities.map((implementation) => implementation.entity.table));
    const engine = new Engine(options);
    engine.#add(entities);
    return engine;
  }

  #add(entities: readonly CompiledEntity[]): void {
    const { events, states } = this.#store;
    const appends = new Lanes(events.append.bind(events), this.#limits.transaction, events.lanes ?? 1, this.#timing);
    const changes = states && new Lane(states.save.bind(states), this.#limits.transaction, this.#timing);
    this.#lanes.push(...(appends.lanes as never[]), ...(changes ? [changes as never] : []));
    const host: EntityHost = {
      events,
      states,
      appends,
      changes,
      stream: this.#stream,
      limits: this.#limits,
      timing: this.#timing,
      newId: this.#newId,
      report: (failure) => this.#report(failure),
    };
    for (const compiled of entities) {
      const kind: Kind = {
        compiled,
        host,
        actors: new Map(),
        client: compileClient(compiled, (command, id, fields, options) =>
          this.#send(kind, command, id, fields, options),
        ),
      };
      this.#kinds.set(compiled.name, kind);
    }
  }

  /**
   * The entities of one kind.
   *
   * @throws EgoError `invalid_argument` if the engine was started without it
   */
  entity<Behavior, Client, Events, Rejections, State>(
    entity: Entity<Behavior, Client, Events, Rejections, State>,
  ): EntityRef<Client> {
    const kind = this.#kindOf(entity as AnyEntity);
    return {
      get(id) {
        checkEntityId(kind.compiled, id);
        return kind.client(id) as Client;
      },
    };
  }

  /**
   * Sends a command as a message: for tools, and for programs that do not know its type.
   *
   * @throws EgoError `invalid_argument` (as a rejected promise) if no entity has such a command
   */
  async sendCommand(entityId: string, command: Message, options?: SendOptions): Promise<Reply<Message>> {
    for (const kind of this.#kinds.values()) {
      const compiled = kind.compiled.commandsByType.get(command?.$typeName);
      if (!compiled) continue;
      checkEntityId(kind.compiled, entityId);
      return (await this.#send(kind, compiled, entityId, command, options)) as Reply<Message>;
    }
    const known = [...this.#kinds.values()].flatMap((kind) => [...kind.compiled.commandsByType.keys()]);
    throw new EgoError(
      "invalid_argument",
      `${JSON.stringify(command?.$typeName)} is not a command of this engine's entities, which take ${known.join(", ")}`,
      { details: { known } },
    );
  }

  /** What an entity is now, after all commands that were sent before. Revision 0 if it does not exist. */
  async state<Behavior, Client, Events, Rejections, State>(
    entity: Entity<Behavior, Client, Events, Rejections, State>,
    id: string,
  ): Promise<EntityState<State>> {
    const kind = this.#kindOf(entity as AnyEntity);
    checkEntityId(kind.compiled, id);
    const reply = (await this.#dispatch(kind, undefined, undefined, id, {})) as unknown as Reply<State>;
    return { state: reply.state, revision: reply.revision };
  }

  /** Whether an entity has events, or versions. */
  async entityExists(entity: AnyEntity, id: string): Promise<boolean> {
    return (await this.state(entity, id)).revision > 0;
  }

  /** The stored events of an entity, from the first on. An old event comes as the one that replaced it. */
  history<Behavior, Client, Events, Rejections, State>(
    entity: Entity<Behavior, Client, Events, Rejections, State>,
    id: string,
  ): AsyncIterable<RecordedEventOf<Events, Behavior>> {
    const { compiled } = this.#kindOf(entity as AnyEntity);
    checkEntityId(compiled, id);
    return history(compiled, id, this.#store.events) as AsyncIterable<RecordedEventOf<Events, Behavior>>;
  }

  /**
   * With `from`: the events of the journal from there on, whoever stores them, in order for each entity. Without: what
   * this engine records from now on, events of event-sourced entities and states of durable ones.
   *
   * @throws EgoError `invalid_argument` if the engine was started without one of the entities, or for an option that
   * makes no sense; `unsupported` for the journal of an entity with a durable state, which has none
   */
  subscribe<E extends AnyEntity = AnyEntity>(options: CatchUpOptions<E>): CatchUpSubscription<RecordedEventsOf<E>>;
  subscribe<E extends AnyEntity = AnyEntity>(options?: SubscribeOptions<E>): Subscription<RecordedOf<E>>;
  subscribe(options: SubscribeOptions<AnyEntity> | CatchUpOptions<AnyEntity> = {}): Subscription<Recorded> {
    const entities = options.entities?.map((entity) => this.#kindOf(entity).compiled);
    const all = [...this.#kinds.values()].map(({ compiled }) => compiled);
    return openSubscription(options, entities, all, {
      events: this.#store.events,
      timing: this.#timing,
      stream: this.#stream,
      settled: () => Promise.all(this.#lanes.map((lane) => lane.settled())),
      report: (failure) => this.#report(failure),
    });
  }

  /** Transactions so far, and how many commands were stored in them. */
  get statistics(): { readonly transactions: number; readonly commands: number } {
    let transactions = 0;
    let commands = 0;
    for (const { statistics } of this.#lanes) {
      transactions += statistics.flushes;
      commands += statistics.entries;
    }
    return { transactions, commands };
  }

  /**
   * Stops: takes no new commands, answers those under way, ends the subscriptions, closes the store. Calling it again
   * waits for the same.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    // What was decided is stored, also where its caller gave up.
    await Promise.all(this.#lanes.map((lane) => lane.drained()));
    await this.#stream.end();
    await this.#store.close?.();
  }

  #report(failure: EgoError): void {
    try {
      this.#logger.error(failure.message, { code: failure.code, ...failure.details, failure });
    } catch (cause) {
      // A logger that fails must not keep a caller from its answer.
      consoleLogger.error(failure.message, { code: failure.code, cause });
    }
  }

  /** Waits for SIGINT (Ctrl+C) or SIGTERM, then stops. A second signal ends the process at once. */
  async untilSignal(): Promise<void> {
    await untilSignal();
    await this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #kindOf(entity: AnyEntity): Kind {
    const kind = this.#kinds.get(entity.table.name);
    if (kind && kind.compiled.table === entity.table) return kind;
    const known = [...this.#kinds.keys()];
    throw new EgoError(
      "invalid_argument",
      `The engine was started without the entity ${JSON.stringify(entity.table.name)}. It has ${known.map((name) => JSON.stringify(name)).join(", ")}: add \`implement(…)\` of it to \`entities\`.`,
      { details: { entity: entity.table.name, known } },
    );
  }

  /** Whoever calls this has checked the id: a client when it was made. */
  #send(
    kind: Kind,
    command: CompiledCommand,
    entityId: string,
    fields: object | undefined,
    options: SendOptions = noSendOptions,
  ): SentCommand {
    let sent: PendingCommand["answer"];
    try {
      checkSendOptions(options, this.#limits.maxMetadataBytes);
      const message = messageOf(command, entityId, fields, this.#limits.maxPayloadBytes);
      sent = this.#dispatch(kind, command, message, entityId, ownSendOptions(options));
    } catch (cause) {
      sent = Promise.reject(EgoError.from(cause));
    }
    return new SentCommand(sent, kind.compiled.name, entityId, command.name);
  }

  #dispatch(
    kind: Kind,
    command: CompiledCommand | undefined,
    message: Message | undefined,
    entityId: string,
    options: SendOptions,
  ): PendingCommand["answer"] {
    if (this.#stopping) return Promise.reject(new EgoError("unavailable", "The engine is stopping."));
    if (this.#underWay >= this.#limits.maxCommands) {
      const what = `${this.#underWay} commands are under way, and maxCommands is ${this.#limits.maxCommands}. Try again later.`;
      return Promise.reject(new EgoError("unavailable", what));
    }
    let actor = kind.actors.get(entityId);
    if (!actor) {
      const shard = shardOf(kind.compiled.name, entityId, this.#store.events.shardCount);
      actor = new EntityActor(kind.compiled, entityId, shard, kind.host);
      kind.actors.set(entityId, actor);
    }
    const pending = new PendingCommand(command, message, options.commandId ?? this.#newId(), options, this.#onSettled);
    // Made while there is a caller to be told that the command cannot be encoded.
    void pending.fingerprint;
    this.#underWay++;
    try {
      actor.take(pending);
    } catch (cause) {
      // As a clock that throws: the caller is told, and the command counts no more.
      pending.fail(EgoError.from(cause));
    }
    return pending.answer;
  }

  readonly #onSettled = (): void => {
    if (--this.#underWay === 0) this.#idle?.();
  };
}

function compileAll({ entities, store }: EngineOptions): readonly CompiledEntity[] {
  const names = new Set<string>();
  return entities.map((implementation: AnyImplementation) => {
    const { name, kind } = implementation.entity.table;
    if (names.has(name)) {
      throw new EgoError(
        "invalid_argument",
        `The entity ${JSON.stringify(name)} is given twice: its name is part of every stored id.`,
      );
    }
    names.add(name);
    if (kind === "durable" && !store.states) {
      throw new EgoError(
        "unsupported",
        `The entity ${JSON.stringify(name)} has a durable state, and the store has no \`states\`. Use a store that has them, as memoryStore or sqliteStore.`,
      );
    }
    refuseSensitive(implementation.entity.table);
    return compileEntity(implementation as Implementation);
  });
}

/** What is marked as sensitive must not be stored in clear. */
function refuseSensitive({ name, sensitive = {} }: EntityTable): void {
  const messages = Object.entries(sensitive).filter(([, { fields }]) => fields.length > 0);
  if (messages.length === 0) return;
  const fields = messages.flatMap(([message, row]) => row.fields.map((field) => `${message}.${field}`));
  throw new EgoError(
    "unsupported",
    `The entity ${JSON.stringify(name)} has sensitive fields, ${fields.join(", ")}: this version cannot encrypt them, and would store them in clear. Take the option (ego.v1.field).sensitive off, or wait with this entity for a version that encrypts.`,
    { details: { entity: name, fields } },
  );
}
