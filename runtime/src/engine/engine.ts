import type { Message } from "@bufbuild/protobuf";
import { type Timing, timingOf } from "../clock/clock.ts";
import type { Reply, SendOptions } from "../codegen/client.ts";
import type { Entity } from "../codegen/entity.ts";
import type { ReadModel } from "../codegen/read-model.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import type { EntityActor } from "../entity/entity-actor.ts";
import { checkEntityId } from "../entity/entity-id.ts";
import type { EntityHost, Usage } from "../entity/host.ts";
import type { PendingCommand } from "../entity/pending-command.ts";
import { history } from "../entity/recorded.ts";
import { SnapshotKeeper } from "../entity/snapshot-keeper.ts";
import { Supervisor } from "../entity/supervisor.ts";
import { EgoError } from "../error/ego-error.ts";
import { checkNodeVersion } from "../error/node-version.ts";
import { shardOf } from "../journal/hash.ts";
import { JournalReaders } from "../journal/journal-readers.ts";
import { formatPositions, formatStatePosition } from "../journal/positions.ts";
import { stateShards, withStates } from "../journal/state-shards.ts";
import type { Store } from "../journal/store.ts";
import type { AnyProjection } from "../projection/projection.ts";
import type { ProjectionRef, ProjectionStatus } from "../projection/projection-ref.ts";
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
import { guarded } from "../telemetry/guarded.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { checkEngineOptions } from "./check-options.ts";
import { compileClient } from "./client.ts";
import { compileEntities } from "./compile-entities.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EngineLog } from "./engine-log.ts";
import { EngineProjections } from "./engine-projections.ts";
import { type Health, healthOf } from "./health.ts";
import { type Kind, Kinds } from "./kinds.ts";
import { type AnyEntity, defaultLimits, type EngineOptions, type Limits } from "./options.ts";
import { Passivation } from "./passivation.ts";
import { randomId } from "./random-id.ts";
import { untilSignal } from "./signals.ts";
import { StorePort } from "./store-port.ts";
import { StoreWatch } from "./store-watch.ts";

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

/**
 * Runs entities: one command at a time for each, stored before it is answered.
 *
 * ```ts
 * await using engine = await Engine.start({ store: memoryStore(), entities: [account.implement(accountBehavior)] });
 * const { state } = await engine.entity(account).get("a-1").creditAccount({ amountCents: 250n });
 * ```
 */
export class Engine implements AsyncDisposable {
  /**
   * Who reads the journal on beside this engine: an exporter, say. Retention leaves what one of them still needs. Add
   * yours before the first command.
   */
  readonly readers: JournalReaders = new JournalReaders();
  readonly #store: Store;
  readonly #limits: Limits;
  readonly #log: EngineLog;
  readonly #telemetry: Telemetry | undefined;
  readonly #newId: () => string;
  readonly #timing: Timing;
  readonly #stream = new Stream();
  readonly #kinds = new Kinds();
  #snapshots: SnapshotKeeper | undefined;
  readonly #usage: Usage = { commands: 0 };
  readonly #passivation: Passivation;
  readonly #watch: StoreWatch;
  readonly #startedAt: number;
  readonly #shared: boolean;
  /** Made when the store is open, as the dispatcher. */
  #port!: StorePort;
  #dispatcher!: Dispatcher;
  #projections!: EngineProjections;
  #stopping: Promise<void> | undefined;
  #stopped = false;
  /** Ends what the telemetry observes. */
  #observed: (() => void) | undefined;

  private constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { clock, ids, logger, telemetry } = options;
    this.#log = new EngineLog(logger);
    this.#telemetry = telemetry && guarded(telemetry, (cause) => this.#log.telemetryFailed(cause));
    this.#timing = timingOf(clock);
    this.#newId = ids ? () => ids.newId() : randomId;
    this.#passivation = new Passivation(this.#timing, this.#usage, this.#limits.maxActive);
    this.#watch = new StoreWatch(this.#store, this.#timing, this.#limits.storeTimeoutMs);
    this.#shared = options.shared ?? false;
    this.#startedAt = this.#timing.now();
  }

  /**
   * Opens the store and starts.
   *
   * @throws EgoError `invalid_argument` or `unsupported` if the configuration makes no sense, or what the store throws
   */
  static async start(options: EngineOptions): Promise<Engine> {
    checkNodeVersion();
    checkEngineOptions(options);
    const entities = compileEntities(options);
    const engine = new Engine(options);
    await options.store.open?.(
      options.entities.map((implementation) => implementation.entity.table),
      {
        timing: engine.#timing,
        timeoutMs: engine.#limits.storeTimeoutMs,
        failedOver: (what) => engine.#failedOver(what),
      },
    );
    engine.#add(entities);
    await engine.#startProjections(options.projections ?? []);
    engine.#observed = engine.#telemetry?.started(
      () => engine.#activeEntities(),
      () => engine.#projections.readings,
    );
    engine.#log.info("The engine has started.", { entities: entities.map(({ name }) => name) });
    return engine;
  }

  #failedOver(what: string): void {
    this.#log.warn(`${what}. It may have lost commits: what is in memory is read again.`, {});
    this.#kinds.evictAll();
    this.#projections.startOver();
  }

  #add(entities: readonly CompiledEntity[]): void {
    const telemetry = this.#telemetry;
    const port = new StorePort(this.#store, this.#limits.transaction, this.#timing, this.#watch, telemetry);
    this.#port = port;
    const dispatcher = new Dispatcher({
      limits: this.#limits,
      newId: this.#newId,
      telemetry,
      passivation: this.#passivation,
      shardCount: this.#store.events.shardCount,
    });
    this.#dispatcher = dispatcher;
    const { events, snapshots, states, appends, changes } = port;
    this.#snapshots = snapshots && new SnapshotKeeper(snapshots, this.#limits.transaction, this.#timing);
    const shared = {
      events,
      states,
      snapshots: this.#snapshots,
      readers: this.readers,
      appends,
      changes,
      stream: this.#stream,
      limits: this.#limits,
      timing: this.#timing,
      newId: this.#newId,
      telemetry,
      report: (failure: EgoError, command?: PendingCommand) => this.#log.failure(failure, command),
      usage: this.#usage,
      verifies: () => this.#shared || this.#store.disconnected === true,
    };
    const versions = stateShards(states, events.shardCount);
    this.#projections = new EngineProjections(this.#store.name ?? "given", port.projections, entities, {
      events,
      states: versions,
      withStates: versions && withStates(events, versions),
      stream: this.#stream,
      timing: this.#timing,
      readers: this.readers,
      settled: () => port.settled(),
      appendBy: (append) => port.appendBy(append),
      unique: randomId(),
      signals: this.#store.signals,
      telemetry,
      report: (failure) => this.#log.failure(failure),
      warn: (message, facts) => this.#log.warn(message, facts),
    });
    const { signals } = this.#store;
    if (signals) this.#stream.follow({ recorded: () => signals.send(), end: async () => undefined });
    for (const compiled of entities) {
      const actors = new Map<string, EntityActor>();
      const host: EntityHost = {
        ...shared,
        checks: port.checks(compiled.table.kind),
        supervisor: new Supervisor(compiled.name, compiled.life, this.#timing),
        watermarks: new Map(),
        leave: (entityId) => actors.delete(entityId),
      };
      const kind: Kind = {
        compiled,
        host,
        actors,
        passivateAfterMs: compiled.life.passivateAfterMs,
        client: compileClient(compiled, (command, id, fields, options) =>
          dispatcher.send(kind, command, id, fields, options),
        ),
      };
      this.#kinds.add(kind);
      this.#passivation.add(kind);
    }
  }

  /** What was opened is closed again where a projection cannot be run. */
  async #startProjections(projections: readonly AnyProjection[]): Promise<void> {
    try {
      await this.#projections.add(projections);
    } catch (failure) {
      await this.stop().catch(() => undefined);
      throw failure;
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
    const kind = this.#kinds.of(entity as AnyEntity);
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
    const { kind, command: compiled } = this.#kinds.commandOf(command?.$typeName);
    checkEntityId(kind.compiled, entityId);
    return (await this.#dispatcher.send(kind, compiled, entityId, command, options)) as Reply<Message>;
  }

  /** What an entity is now, after all commands that were sent before. Revision 0 if it does not exist. */
  async state<Behavior, Client, Events, Rejections, State>(
    entity: Entity<Behavior, Client, Events, Rejections, State>,
    id: string,
  ): Promise<EntityState<State>> {
    const kind = this.#kinds.of(entity as AnyEntity);
    checkEntityId(kind.compiled, id);
    const reply = (await this.#dispatcher.ask(kind, id)) as unknown as Reply<State>;
    return { state: reply.state, revision: reply.revision };
  }

  /** Whether an entity has events, or versions. */
  async entityExists(entity: AnyEntity, id: string): Promise<boolean> {
    return (await this.state(entity, id)).revision > 0;
  }

  /**
   * The stored events of an entity, from the first on. An old event comes as the one that replaced it. Where retention
   * removed the first ones it begins behind them: with an event whose `revision` is not 1.
   */
  history<Behavior, Client, Events, Rejections, State>(
    entity: Entity<Behavior, Client, Events, Rejections, State>,
    id: string,
  ): AsyncIterable<RecordedEventOf<Events, Behavior>> {
    const { compiled } = this.#kinds.of(entity as AnyEntity);
    checkEntityId(compiled, id);
    return history(compiled, id, this.#port.events) as AsyncIterable<RecordedEventOf<Events, Behavior>>;
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
    const entities = options.entities?.map((entity) => this.#kinds.of(entity).compiled);
    const all = [...this.#kinds].map(({ compiled }) => compiled);
    return openSubscription(options, entities, all, {
      events: this.#port.events,
      timing: this.#timing,
      stream: this.#stream,
      readers: this.readers,
      settled: () => this.#port.settled(),
      report: (failure) => this.#log.failure(failure),
    });
  }

  /**
   * A projection of this engine: by its read model, by what it was added with, or by its name.
   *
   * @throws EgoError `not_found` if the engine does not have it
   */
  projection(projection: AnyProjection | ReadModel | string): ProjectionRef {
    return this.#projections.ref(projection);
  }

  /** How the projections of this engine are, each with all its versions. */
  projections(): Promise<readonly ProjectionStatus[]> {
    return this.#projections.statuses();
  }

  /**
   * Adds a projection to the running engine: it begins at once.
   *
   * @throws EgoError (as a rejected promise) `already_exists` if there is one of its name; as `Engine.start` does
   */
  addProjection(projection: AnyProjection): Promise<void> {
    return this.#projections.add([projection]);
  }

  /**
   * Takes a projection out of the running engine. When it resolves, nothing of it runs here any more.
   *
   * @param options `drop`: also out of the journal, with its offsets, its dead letters, and the table of its read model;
   * default: they stay, and it can be added again where it was
   * @throws EgoError (as a rejected promise) `not_found` if the engine does not have it
   */
  removeProjection(name: string, options: { readonly drop?: boolean } = {}): Promise<void> {
    return this.#projections.remove(name, options.drop ?? false);
  }

  /**
   * Where in the journal an event of an entity is, or a version of its durable state, as one text: for `caughtUpTo` of a
   * projection, also in another program.
   *
   * @param position as a reply has it
   */
  positionOf(entity: AnyEntity, id: string, position: number): string {
    const { shardCount } = this.#store.events;
    const { name, table } = this.#kinds.of(entity).compiled;
    const shard = shardOf(name, id, shardCount);
    if (table.kind === "durable") return formatStatePosition(shardCount, shard, position);
    const positions = Array.from({ length: shardCount }, () => 0);
    positions[shard] = position;
    return formatPositions(positions);
  }

  /** Transactions so far, and how many commands were stored in them. */
  get statistics(): { readonly transactions: number; readonly commands: number } {
    let transactions = 0;
    let commands = 0;
    for (const lane of this.#port.health) {
      transactions += lane.transactions;
      commands += lane.entries;
    }
    return { transactions, commands };
  }

  /**
   * Lets an entity be read again that could not be read: one that is stopped, or one whose pause is not over. The next
   * command does it.
   *
   * @throws EgoError `invalid_argument` if the engine was started without the entity, or the id is none
   */
  restartEntity(entity: AnyEntity, id: string): void {
    const { compiled, host } = this.#kinds.of(entity);
    checkEntityId(compiled, id);
    host.supervisor.recovered(id);
  }

  /** How the engine is. Asks nobody, but a store that failed, whether it is back: the next call knows. */
  health(): Health {
    this.#watch.probe(() => this.#port.events.read(0, Number.MAX_SAFE_INTEGER, 1));
    return healthOf({
      phase: this.#stopped ? "stopped" : this.#stopping ? "stopping" : "running",
      startedAt: this.#startedAt,
      now: this.#timing.now(),
      commands: { underWay: this.#dispatcher.underWay, max: this.#limits.maxCommands },
      kinds: [...this.#kinds],
      lanes: this.#port.health,
      projections: this.#projections.health,
      store: this.#watch.health,
    });
  }

  /**
   * Stops: takes no new commands, answers those under way, ends the subscriptions, closes the store. Calling it again
   * waits for the same.
   *
   * @throws EgoError `unavailable` (as a rejected promise) if the store has not answered in time: what was answered is
   * stored, what else it was given may be
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopped = true;
    });
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#dispatcher.close();
    // What was decided is stored, also where its caller gave up.
    await this.#port.drained();
    this.#passivation.stop();
    await this.#projections.stop();
    await this.#stream.end();
    await this.#snapshots?.stop();
    // Also where the store cannot be closed: it would be observed, and kept in memory, for ever.
    this.#observed?.();
    try {
      await this.#port.close();
    } catch (cause) {
      const failure = EgoError.from(cause);
      this.#log.failure(failure);
      throw failure;
    }
    this.#log.info("The engine has stopped.", this.statistics);
  }

  /** How many entities of each kind are in memory. */
  #activeEntities(): ReadonlyMap<string, number> {
    return new Map([...this.#kinds].map(({ compiled, actors }) => [compiled.name, actors.size]));
  }

  /** Waits for SIGINT (Ctrl+C) or SIGTERM, then stops. A second signal ends the process at once. */
  async untilSignal(): Promise<void> {
    await untilSignal();
    await this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
