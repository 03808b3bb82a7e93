import { create, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import type { CommandRow, EntityTable, Implementation } from "../codegen/entity.ts";
import { descriptorOf, type Schema } from "../codegen/message.ts";
import type { Tuning } from "../codegen/tuning.ts";
import { EgoError } from "../error/ego-error.ts";
import { type Encoder, encoderOf } from "../journal/encoder.ts";
import { idParser } from "./id-parser.ts";
import { type EntityLife, lifeOf } from "./life.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { stateHashOf } from "./state-hash.ts";
import { storedNamesOf } from "./stored-names.ts";
import { strictApplier, strictHandler, strictUpcast } from "./strict.ts";
import { compileUpcaster, type Upcaster } from "./upcaster.ts";

type Fill = (message: Message, entityId: string) => void;
type Handler = (command: Message, context: unknown) => unknown;
type Applier = (event: Message, state: Message) => unknown;
type UpcastMethod = (event: Message) => unknown;

/** A kind of message with what the engine needs to know of it. */
export interface CompiledMessage {
  /** The name in the generated code, as `accountCredited`. */
  readonly name: string;
  readonly descriptor: DescMessage;
  readonly shape: Shape;
  /** The binary form, as it is stored. */
  readonly encode: Encoder;
  /**
   * Fills in the id where it is empty; does nothing for a message without one.
   *
   * @throws EgoError `invalid_argument` if the message has the id of another entity
   */
  readonly fillId: Fill;
}

/** One command, ready to be decided. */
export interface CompiledCommand extends CompiledMessage {
  readonly precondition: CommandRow["precondition"];
  readonly handle: Handler;
  readonly emits: readonly CompiledEvent[];
  readonly rejects: readonly CompiledMessage[];
}

/** One kind of event in the journal: those that commands emit, and old ones. */
export interface StoredKind extends CompiledMessage {
  /** The name under which it is stored. */
  readonly type: string;
  /** What makes a current event of an old one, one after the other; none for a current event. */
  readonly upcasters: readonly Upcaster[];
}

/** One event, ready to be applied. */
export interface CompiledEvent extends StoredKind {
  readonly apply: Applier;
}

/** An entity with its behavior: maps from names to what runs them. Made once, at start-up. */
export interface CompiledEntity {
  readonly table: EntityTable;
  readonly name: string;
  readonly tuning: Tuning;
  readonly life: EntityLife;
  readonly state: CompiledMessage;
  /** What the snapshots of this program say of the state: see `stateHashOf`. */
  readonly stateHash: string;
  readonly commands: ReadonlyMap<string, CompiledCommand>;
  readonly commandsByType: ReadonlyMap<string, CompiledCommand>;
  /** The events that appliers take, by the full name of the message. */
  readonly eventsByType: ReadonlyMap<string, CompiledEvent>;
  /** The events that others replaced, by the full name of the message. */
  readonly oldEventsByType: ReadonlyMap<string, StoredKind>;
  /** All of them by every name that they have, or had, in the journal. */
  readonly storedKinds: ReadonlyMap<string, StoredKind>;
  readonly rejectionsByType: ReadonlyMap<string, CompiledMessage>;
  /** The state before the first event: empty, with its id filled in. A new object each time. */
  initial(entityId: string): Message;
}

/**
 * Compiles an entity and its behavior.
 *
 * @param strict whether methods of the behavior fail that change what they are given and must not; default false
 * @throws EgoError `invalid_argument` if the tuning makes no sense, or if the behavior lacks a method: only possible
 * where types were not checked
 */
export function compileEntity(implementation: Implementation, strict = false): CompiledEntity {
  const { tuning } = implementation;
  const { table } = implementation.entity;
  const life = lifeOf(tuning, table.name);
  const behavior = implementation.behavior as {
    readonly commands?: Readonly<Record<string, Handler>>;
    readonly events?: Readonly<Record<string, Applier>>;
    readonly upcasts?: Readonly<Record<string, UpcastMethod>>;
  };
  const compile = (name: string, schema: Schema): CompiledMessage => {
    const descriptor = descriptorOf(schema);
    return {
      name,
      descriptor,
      shape: shapeOf(descriptor),
      encode: encoderOf(descriptor),
      fillId: compileFill(table, descriptor),
    };
  };
  const state = compile("state", table.state);
  const rejections = mapOf(table.rejections, compile);
  const kinds = storedKinds(table, mapOf(table.events, compile), behavior.upcasts, strict);
  const current = [...kinds.values()].filter(({ upcasters }) => upcasters.length === 0);
  const events = new Map(
    current.map((kind): [string, CompiledEvent] => {
      const { name, descriptor, shape } = kind;
      const own = ownMethod(behavior.events, name);
      if (own) return [name, { ...kind, apply: strict ? strictApplier(own, shape, state.shape) : own }];
      if (table.derived?.includes(name)) {
        return [name, { ...kind, apply: derivedApplier(descriptor, state.descriptor) }];
      }
      throw missing(table.name, `events.${name}`, descriptor);
    }),
  );
  const commands = mapOf(table.commands, (name, row): CompiledCommand => {
    const message = compile(name, row.message);
    const handle = ownMethod(behavior.commands, name);
    if (!handle) throw missing(table.name, `commands.${name}`, message.descriptor);
    return {
      ...message,
      precondition: row.precondition,
      handle: strict ? strictHandler(handle, message.shape, state.shape) : handle,
      emits: pick(events, row.emits),
      rejects: pick(rejections, row.rejects),
    };
  });
  return {
    table,
    name: table.name,
    tuning,
    life,
    state,
    stateHash: stateHashOf(state.descriptor, tuning.stateVersion ?? 1),
    commands,
    commandsByType: byType(commands),
    eventsByType: byType(events),
    oldEventsByType: byType(new Map([...kinds].filter(([, { upcasters }]) => upcasters.length > 0))),
    storedKinds: byStoredName(table, kinds),
    rejectionsByType: byType(rejections),
    initial(entityId) {
      const message = create(state.descriptor) as Message;
      state.fillId(message, entityId);
      return message;
    },
  };
}

function mapOf<In, Out>(
  rows: Readonly<Record<string, In>> | undefined,
  compile: (name: string, row: In) => Out,
): Map<string, Out> {
  return new Map(Object.entries(rows ?? {}).map(([name, row]) => [name, compile(name, row)]));
}

function byType<M extends CompiledMessage>(messages: ReadonlyMap<string, M>): Map<string, M> {
  return new Map([...messages.values()].map((message) => [message.descriptor.typeName, message]));
}

/** The events with their names in the journal, and the way from each old one to a current one. */
function storedKinds(
  table: EntityTable,
  messages: ReadonlyMap<string, CompiledMessage>,
  methods: Readonly<Record<string, UpcastMethod>> | undefined,
  strict: boolean,
): Map<string, StoredKind> {
  const nextOf = new Map(Object.entries(table.upcasts ?? {}));
  const steps = new Map<string, Upcaster>();
  for (const [name, nextName] of nextOf) {
    const old = messages.get(name);
    const next = messages.get(nextName);
    if (!old || !next) throw wrongUpcasts(table, name);
    const method = ownMethod(methods, name);
    if (!method) throw missing(table.name, `upcasts.${name}`, old.descriptor);
    steps.set(name, compileUpcaster(old, next, strict ? strictUpcast(method, old.shape) : method));
  }
  const kinds = new Map<string, StoredKind>();
  for (const [name, message] of messages) {
    const upcasters: Upcaster[] = [];
    for (let at: string | undefined = name; at !== undefined; at = nextOf.get(at)) {
      const step = steps.get(at);
      if (step && upcasters.push(step) > steps.size) throw wrongUpcasts(table, name);
    }
    const [type] = storedNamesOf(table, name, message.descriptor.typeName);
    kinds.set(name, { ...message, type, upcasters });
  }
  return kinds;
}

function byStoredName(table: EntityTable, kinds: ReadonlyMap<string, StoredKind>): Map<string, StoredKind> {
  return new Map(
    [...kinds].flatMap(([name, kind]) =>
      storedNamesOf(table, name, kind.descriptor.typeName).map((type): [string, StoredKind] => [type, kind]),
    ),
  );
}

/** Only possible for a table that was not generated. */
function wrongUpcasts(table: EntityTable, name: string): EgoError {
  return new EgoError("invalid_argument", `The upcasts of "${table.name}" lead from ${name} to no event.`, {
    details: { entity: table.name, event: name },
  });
}

function pick<M>(all: ReadonlyMap<string, M>, names: readonly string[] = []): readonly M[] {
  return names.flatMap((name) => all.get(name) ?? []);
}

function ownMethod<F>(methods: Readonly<Record<string, F>> | undefined, name: string): F | undefined {
  // Not a plain look-up: every object has a `constructor`.
  const method = methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
  return typeof method === "function" ? method : undefined;
}

function missing(entity: string, method: string, descriptor: DescMessage): EgoError {
  return new EgoError(
    "invalid_argument",
    `The behavior of "${entity}" has no method ${method}, for ${descriptor.typeName}. Annotate the behavior with its generated type, and the compiler names what is missing.`,
    { details: { entity, method } },
  );
}

function compileFill(table: EntityTable, descriptor: DescMessage): Fill {
  const field = table.id === undefined ? undefined : descriptor.field[table.id];
  if (field?.fieldKind !== "scalar") return () => {};
  const name = field.localName;
  const parse = idParser(field);
  const empty = parse(field.scalar === ScalarType.STRING ? "" : "0");
  return (message, entityId) => {
    const fields = message as unknown as { [name: string]: unknown };
    const given = fields[name];
    if (given === undefined || given === empty) {
      fields[name] = parse(entityId);
    } else if (String(given) !== entityId) {
      throw new EgoError(
        "invalid_argument",
        `${descriptor.typeName}.${field.name} is ${JSON.stringify(String(given))}, but the message is for ${table.name} ${JSON.stringify(entityId)}. Leave it empty: ego fills it in.`,
        { details: { entity: table.name, entityId, type: descriptor.typeName, field: field.name } },
      );
    }
  };
}

/** An applier that copies the fields of the event into the fields of the state with the same names. */
function derivedApplier(event: DescMessage, state: DescMessage): Applier {
  const inState = new Set(state.members.map((member) => member.localName));
  const names = event.members.map((member) => member.localName).filter((name) => inState.has(name));
  return (from, to) => {
    const source = from as unknown as { [name: string]: unknown };
    const target = to as unknown as { [name: string]: unknown };
    for (const name of names) {
      // A field that is not set in the event is not set in the state: the copy is exact.
      if (Object.hasOwn(source, name)) target[name] = source[name];
      else delete target[name];
    }
  };
}
