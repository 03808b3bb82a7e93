import type { ReadModelTable } from "../codegen/read-model.ts";
import type { TableData } from "../codegen/table.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { decodeEvent } from "../entity/decode-event.ts";
import { decodeVersion } from "../entity/decode-version.ts";
import { recordedEventOf, recordedVersionOf } from "../entity/recorded.ts";
import { EgoError } from "../error/ego-error.ts";
import { nearest } from "../error/nearest.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { ProjectionTransaction } from "../journal/projection-store.ts";
import { versionKindOf } from "../journal/state-shards.ts";
import { ReadModelContext, type TransactionContext } from "./event-context.ts";
import { type KeyOfEntity, type KeyOfEvent, keyOfEntity, keyOfEvent } from "./event-key.ts";
import { PendingWrites } from "./pending-writes.ts";
import { type AnyProjection, type CustomProjection, nameOf } from "./projection.ts";
import { type ProjectionLife, projectionLife } from "./projection-life.ts";

/** Events of one transaction on their way through a handler. */
export interface Projecting {
  /** Handles events, one after the other. */
  project(events: readonly JournalEvent[]): Promise<void>;
  /** The event that failed, as soon as one has; undefined if it is not known which. */
  readonly culprit: JournalEvent | undefined;
  /** Whether it would be known if each write were alone. */
  readonly tellsAlone: boolean;
  /** What it failed with. */
  readonly cause: unknown;
}

/** A projection with its handler, ready to run. */
export interface CompiledProjection {
  readonly name: string;
  /** The table of its read model, if it has one. */
  readonly table: TableData | undefined;
  readonly life: ProjectionLife;
  /** Whether it reads versions of durable states beside events. */
  readonly consumesStates: boolean;
  /** Whether it consumes such an event: of which the others are passed over. */
  consumes(event: JournalEvent): boolean;
  /** Whether it consumes events of an entity that are stored by such a name: before they are stored. */
  consumesEvents(entityType: string, type: string): boolean;
  /**
   * Begins with the events of a transaction.
   *
   * @param alone whether each write of a row is a statement of its own: slower, and tells whose write fails. Default: false
   */
  begin(transaction: ProjectionTransaction, alone?: boolean): Projecting;
}

/**
 * Compiles a projection.
 *
 * @param entities those of the engine, by name
 * @throws EgoError `invalid_argument` if a handler is missing or the tuning makes no sense, `unsupported` if it consumes
 * what the engine does not have
 */
export function compileProjection(
  given: AnyProjection,
  entities: ReadonlyMap<string, CompiledEntity>,
): CompiledProjection {
  const name = nameOf(given);
  const life = projectionLife(given.tuning ?? {}, name);
  const entityOf = (entity: string): CompiledEntity => {
    const found = entities.get(entity);
    if (found) return found;
    throw new EgoError(
      "unsupported",
      `The projection ${JSON.stringify(name)} consumes ${JSON.stringify(entity)}, which this engine does not have: give it to Engine.start among the entities.`,
      { details: { projection: name, entity } },
    );
  };
  if (!("readModel" in given)) return { name, table: undefined, life, ...compileCustom(given, entityOf) };
  const { table } = given.readModel;
  return { name, table: table.table, life, ...compileReadModel(table, given.projection, entityOf) };
}

type EntityOf = (entity: string) => CompiledEntity;
type Handling = Pick<CompiledProjection, "consumesStates" | "consumes" | "consumesEvents" | "begin">;
type Method = (event: unknown, context: ReadModelContext) => Promise<void>;

interface CompiledMethod {
  readonly run: Method;
  readonly keyOf: KeyOfEvent | undefined;
}

function compileReadModel(readModel: ReadModelTable, methods: object, entityOf: EntityOf): Handling {
  const { name, table } = readModel;
  const methodOf = (method: string): Method => {
    const run = Object.hasOwn(methods, method) ? (methods as Record<string, unknown>)[method] : undefined;
    if (typeof run === "function") return run as Method;
    throw missing(name, method, Object.keys(methods));
  };
  const states = compileStates(readModel, methodOf, entityOf);
  /** By entity, the methods by the full name of the event. */
  const consumed = new Map<string, { entity: CompiledEntity; methods: Map<string, CompiledMethod> }>();
  for (const [method, [entityName, message]] of Object.entries(readModel.events ?? {})) {
    const run = methodOf(method);
    const entity = entityOf(entityName);
    const events = consumed.get(entityName) ?? { entity, methods: new Map<string, CompiledMethod>() };
    consumed.set(entityName, events);
    const compiled = entity.eventsByType.get(message.typeName);
    if (!compiled) {
      throw new EgoError(
        "unsupported",
        `The projection ${JSON.stringify(name)} consumes ${message.typeName}, which is no event of ${JSON.stringify(entityName)} in this program: generate both again.`,
        { details: { projection: name, entity: entityName, type: message.typeName } },
      );
    }
    events.methods.set(message.typeName, {
      run,
      keyOf: keyOfEvent(table, compiled.descriptor, entity),
    });
  }
  const passedOver = new Map([...consumed].map(([name, { entity, methods }]) => [name, othersThan(methods, entity)]));
  const consumesEvents = (entityType: string, type: string) =>
    consumed.has(entityType) && !passedOver.get(entityType)?.has(type);
  return {
    consumesStates: states.size > 0,
    consumes(stored) {
      const { entityType, type } = stored;
      return versionKindOf(stored) ? states.has(entityType) : consumesEvents(entityType, type);
    },
    consumesEvents,
    begin(transaction, alone) {
      const writes = new PendingWrites(transaction.rows(table), alone);
      const shared: TransactionContext = { transaction, table, writes };
      return projecting(writes, async (stored) => {
        const state = versionKindOf(stored) && states.get(stored.entityType);
        if (state) {
          const key = state.keyOf?.(null, stored.entityId);
          await state.run(decodeVersion(state.entity, stored), new ReadModelContext(stored, shared, key));
          return;
        }
        const events = consumed.get(stored.entityType);
        if (!events) return;
        const event = decodeEvent(events.entity, stored);
        const method = events.methods.get(event.$typeName);
        if (!method) return;
        const key = method.keyOf?.(event, stored.entityId);
        await method.run(event, new ReadModelContext(stored, shared, key));
      });
    },
  };
}

interface CompiledStateMethod {
  readonly run: Method;
  readonly entity: CompiledEntity;
  readonly keyOf: KeyOfEntity | undefined;
}

/** The methods for versions of durable states, by the names of their entities. */
function compileStates(
  { name, table, states = {} }: ReadModelTable,
  methodOf: (method: string) => Method,
  entityOf: EntityOf,
): ReadonlyMap<string, CompiledStateMethod> {
  const compiled = new Map<string, CompiledStateMethod>();
  for (const [method, [entityName, message]] of Object.entries(states)) {
    const run = methodOf(method);
    const entity = entityOf(entityName);
    if (!isDurable(entity) || entity.state.descriptor.typeName !== message.typeName) {
      throw new EgoError(
        "unsupported",
        `The projection ${JSON.stringify(name)} consumes ${message.typeName}, which is no durable state of ${JSON.stringify(entityName)} in this program: generate both again.`,
        { details: { projection: name, entity: entityName, type: message.typeName } },
      );
    }
    compiled.set(entityName, { run, entity, keyOf: keyOfEntity(table, entity) });
  }
  return compiled;
}

function isDurable({ table }: CompiledEntity): boolean {
  return table.kind === "durable";
}

/**
 * The stored names of events for which there is no method, old ones whose successor has none among them: they need not be
 * decoded. A name that nobody knows is not among them: it may be that of an event that is wanted.
 */
function othersThan(
  methods: ReadonlyMap<string, unknown>,
  { table, storedKinds }: CompiledEntity,
): ReadonlySet<string> {
  const successorOf = (name: string): string => {
    const next = table.upcasts?.[name];
    return next === undefined ? name : successorOf(next);
  };
  const others = new Set<string>();
  for (const [stored, { name }] of storedKinds) {
    const current = table.events?.[successorOf(name)];
    if (current && !methods.has(current.typeName)) others.add(stored);
  }
  return others;
}

function compileCustom(
  { name, entities: wanted, handle, handleBatch }: CustomProjection,
  entityOf: EntityOf,
): Handling {
  if (typeof handle !== "function" && typeof handleBatch !== "function") {
    throw new EgoError(
      "invalid_argument",
      `The projection ${JSON.stringify(name)} has no handler: give it \`handle\` or \`handleBatch\`.`,
    );
  }
  const entities = new Map(wanted.map((entity) => [entity, entityOf(entity)]));
  const decoded = (stored: JournalEvent) => {
    const entity = entities.get(stored.entityType) as CompiledEntity;
    return (versionKindOf(stored) ? recordedVersionOf : recordedEventOf)(entity, stored, stored.commandId);
  };
  return {
    consumesStates: [...entities.values()].some(isDurable),
    consumes(stored) {
      const entity = entities.get(stored.entityType);
      return entity !== undefined && isDurable(entity) === (versionKindOf(stored) !== undefined);
    },
    consumesEvents(entityType) {
      const entity = entities.get(entityType);
      return entity !== undefined && !isDurable(entity);
    },
    begin({ tx }) {
      const context = { tx };
      if (handle) return projecting(undefined, (stored) => handle(decoded(stored), context));
      return batched(decoded, (events) => handleBatch?.(events, context) ?? Promise.resolve());
    },
  };
}

/** One event after the other: the one that is being handled is the one that fails. */
function projecting(writes: PendingWrites | undefined, handle: (event: JournalEvent) => Promise<void>): Projecting {
  let current: JournalEvent | undefined;
  let thrown: { readonly cause: unknown } | undefined;
  return {
    async project(events) {
      try {
        for (const event of events) {
          current = event;
          await handle(event);
          if (writes?.failed) break;
          if (writes?.crowded) await writes.settled();
        }
      } catch (cause) {
        thrown = { cause };
      }
      await writes?.settled();
      if (writes?.failed) throw writes.failed.cause;
      if (thrown) throw thrown.cause;
    },
    get culprit() {
      return writes?.failed ? writes.failed.event : current;
    },
    get tellsAlone() {
      return writes?.failed !== undefined && writes.failed.event === undefined;
    },
    get cause() {
      return writes?.failed ? writes.failed.cause : thrown?.cause;
    },
  };
}

/** Many events in one call: which of them fails, only a smaller call can tell. */
function batched<Event>(
  decoded: (stored: JournalEvent) => Event,
  handle: (events: readonly Event[]) => Promise<void>,
): Projecting {
  let culprit: JournalEvent | undefined;
  let cause: unknown;
  return {
    async project(stored) {
      try {
        const events: Event[] = [];
        for (const event of stored) {
          culprit = event;
          events.push(decoded(event));
        }
        culprit = stored.length === 1 ? stored[0] : undefined;
        await handle(events);
      } catch (thrown) {
        cause = thrown;
        throw thrown;
      }
    },
    get culprit() {
      return culprit;
    },
    tellsAlone: false,
    get cause() {
      return cause;
    },
  };
}

function missing(name: string, method: string, given: readonly string[]): EgoError {
  const meant = nearest(method, given);
  return new EgoError(
    "invalid_argument",
    `The projection of ${JSON.stringify(name)} has no method ${method}${meant ? `: is ${meant} meant for it?` : ""}. Annotate it with its generated type, and the compiler names what is missing.`,
    { details: { projection: name, method } },
  );
}
