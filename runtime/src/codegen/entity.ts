import type { Nothing } from "./handler.ts";
import { makers, type Schema } from "./message.ts";
import { checkSeam } from "./seam.ts";
import type { TableData } from "./table.ts";
import type { Tuning } from "./tuning.ts";

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

/** The fields of one message that are encrypted, as data. */
export interface SensitiveRow {
  /** Paths of local names: `ownerEmail`, `address.street`. */
  readonly fields: readonly string[];
  /** Local name of the field that says whose key it is; without it, the entity's own. */
  readonly subject?: string;
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
  readonly table?: TableData;
  /** Full name of each message with sensitive fields → those. */
  readonly sensitive?: Readonly<Record<string, SensitiveRow>>;
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
