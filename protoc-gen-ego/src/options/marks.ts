import type { Located, Position } from "./position.ts";

/** What a message is. */
export type Role = Mark["role"];

/** What the option of a message says. */
export type Mark = StateMark | CommandMark | EventMark | RejectionMark | ReadModelMark | SagaMark;

/** A `state` option. */
export interface StateMark extends EntityMark {
  readonly role: "state";
  readonly durable: boolean;
  readonly table?: TableMark;
}

/** A `command` option. */
export interface CommandMark extends EntityMark {
  readonly role: "command";
  readonly emits: readonly Located[];
  readonly rejects: readonly Located[];
  readonly precondition?: "absent" | "present";
}

/** An `event` option. */
export interface EventMark extends EntityMark {
  readonly role: "event";
  /** The name under which it is stored, if it is not the full name of the message. */
  readonly type?: Located;
  /** Names under which it was stored before. */
  readonly aliases: readonly Located[];
  /** The older event that it replaces. */
  readonly upcasts?: Located;
  /** Where it is said that the event is derived, if it is. */
  readonly derived?: Position;
}

/** A `rejection` option. */
export interface RejectionMark extends AnyMark {
  readonly role: "rejection";
  /** The class of the error: `not_found`. */
  readonly code: string;
}

/** A `read_model` option. */
export interface ReadModelMark extends AnyMark {
  readonly role: "read model";
  readonly name?: Located;
  readonly events: readonly Located[];
  readonly entities: readonly Located[];
  readonly table?: TableMark;
}

/** A `saga` option. */
export interface SagaMark extends AnyMark {
  readonly role: "saga";
  readonly name?: Located;
  readonly startsOn: readonly Located[];
  readonly reactsTo: readonly Located[];
  readonly sends: readonly Located[];
  readonly timers: readonly Located[];
}

interface AnyMark {
  /** Where the option is written. */
  readonly at: Position;
}

interface EntityMark extends AnyMark {
  /** The entity that the option itself names. */
  readonly entity?: Located;
}

/** A `table` in an option. */
export interface TableMark {
  readonly at: Position;
  readonly name?: Located;
  readonly indexes: readonly IndexMark[];
}

/** An index of a table. */
export interface IndexMark {
  readonly at: Position;
  /** Names of fields as the proto has them. */
  readonly fields: readonly Located[];
  readonly unique: boolean;
  readonly name?: Located;
}

/** A `column` in the option of a field. */
export interface ColumnMark {
  readonly at: Position;
  readonly name?: Located;
  /** Where it is said that the field has no column, if it is. */
  readonly omit?: Position;
  readonly storage?: { readonly is: "json" | "binary"; readonly at: Position };
}
