import { EgoError } from "../error/ego-error.ts";
import type { Nothing } from "./handler.ts";
import { makers, type Schema } from "./message.ts";

/** Version of the seam between generated code and the runtime. A generated file says which one it was printed for. */
export const seam = 1;

/** Tuning of an entity; never in the proto. */
// biome-ignore lint/suspicious/noEmptyInterface: snapshots and passivation bring the first members
export interface Tuning {}

/** One command as data. */
export interface CommandRow {
  readonly message: Schema;
  /** Names of the events that it may emit. */
  readonly emits?: readonly string[];
  /** Names of the rejections that it may answer. */
  readonly rejects?: readonly string[];
  readonly precondition?: "absent" | "present";
}

/** The names of one event in the journal as data. */
export interface StoredRow {
  /** The name under which it is stored; default: the full name of the message. */
  readonly type?: string;
  /** Names under which it was stored before. */
  readonly aliases?: readonly string[];
}

/** The SQL table of a durable state as data. Kinds of columns follow from the descriptor. */
export interface TableRow {
  readonly name: string;
  /** Local field name → column. */
  readonly columns: Readonly<Record<string, string>>;
}

/** An entity as data. What follows from a descriptor is compiled by the runtime, once, at start-up. */
export interface EntityTable {
  readonly seam: number;
  readonly kind: "event-sourced" | "durable";
  /** The name of the entity: part of every stored id. */
  readonly name: string;
  readonly state: Schema;
  /** Local name of the id field, where a message has one. The runtime fills it in. */
  readonly id?: string;
  readonly commands: Readonly<Record<string, CommandRow>>;
  /** All that may be in the journal: those that commands emit, and old ones. */
  readonly events?: Readonly<Record<string, Schema>>;
  /** Names of the events that are applied by copying their fields. */
  readonly derived?: readonly string[];
  /** Events whose names in the journal are not the full name of the message alone. */
  readonly stored?: Readonly<Record<string, StoredRow>>;
  /** Name of each old event → name of the event that replaced it, which may be old itself. */
  readonly upcasts?: Readonly<Record<string, string>>;
  readonly rejections?: Readonly<Record<string, Schema>>;
  /** Where a durable state is kept; without it, as bytes. */
  readonly table?: TableRow;
}

/** An entity: its table, makers of its messages, and the place to give it a behavior. */
export interface Entity<Behavior, Client, Events = Nothing, Rejections = Nothing, State = unknown> {
  readonly table: EntityTable;
  /** Makes events, for tests and tools. */
  readonly events: Events;
  /** Makes rejections, for tests and tools. */
  readonly rejections: Rejections;
  /** Gives the entity its behavior. */
  implement(behavior: Behavior, tuning?: Tuning): Implementation<Behavior, Client, Events, Rejections, State>;
  /** Carries the types of the client and the state; never there at run time. */
  readonly types?: { readonly client: Client; readonly state: State };
}

/** An entity with its behavior, ready for the engine and for tests. */
export interface Implementation<
  Behavior = unknown,
  Client = unknown,
  Events = unknown,
  Rejections = unknown,
  State = unknown,
> {
  readonly entity: Entity<Behavior, Client, Events, Rejections, State>;
  readonly behavior: Behavior;
  readonly tuning: Tuning;
}

/**
 * Makes an entity of its table. For generated code.
 *
 * @throws EgoError `unsupported` if the table was printed for another version of the seam.
 */
export function entity<Behavior, Client, Events, Rejections, State>(
  table: EntityTable,
): Entity<Behavior, Client, Events, Rejections, State> {
  checkSeam(table);
  const made: Entity<Behavior, Client, Events, Rejections, State> = {
    table,
    events: makers(table.events) as Events,
    rejections: makers(table.rejections) as Rejections,
    implement: (behavior, tuning = {}) => ({ entity: made, behavior, tuning }),
  };
  return made;
}

function checkSeam(table: EntityTable): void {
  if (table.seam === seam) return;
  throw new EgoError(
    "unsupported",
    `"${table.name}" was generated for seam ${table.seam}, this runtime has seam ${seam}. Install @ego/protoc-gen-ego and @ego/runtime in one version, and generate again.`,
  );
}
