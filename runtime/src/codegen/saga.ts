import type { SensitiveRow } from "./entity.ts";
import type { Nothing } from "./handler.ts";
import type { Fields, Schema } from "./message.ts";
import type { Metadata } from "./metadata.ts";
import { checkSeam } from "./seam.ts";

/** What every method of a saga is given. All that differs from run to run comes through here. */
export interface SagaContext<State, Send = Nothing, Timer extends string = never> {
  /** The state of this instance: a private copy, to be changed. Stored together with what the method returns. */
  readonly state: State;
  /** The correlation id of this instance. */
  readonly sagaId: string;
  /** The engine's clock. */
  readonly now: Date;
  /** The engine's generator of unique ids. */
  readonly newId: () => string;
  /** What came with the event that this step follows from. */
  readonly metadata: Metadata;
  /** Makes the commands that this saga sends. What comes of each arrives in `outcomes`. Return what you make. */
  readonly send: Send;
  /** Calls the method of `timers` with that name later, also after a restart. */
  readonly schedule: (timer: Timer, after: Delay) => Action;
  /** Ends this instance: it is done. */
  readonly complete: () => Action;
  /** Ends this instance: it is not done, and this is why. */
  readonly fail: (reason: string) => Action;
  /** Says that this instance undoes what it did from here on, and why; it goes on. */
  readonly compensating: (reason: string) => Action;
}

declare const action: unique symbol;

/** Something that a saga wants done: made by `send`, `schedule`, `complete`, `fail` or `compensating`. */
export interface Action {
  readonly [action]: true;
}

/**
 * One action, several, or none (`[]`). Neither `void` nor a promise, so that a forgotten `return` and an `async` method
 * are compile errors: a step is made of what it is given, and is repeated after a crash.
 */
export type Steps = Action | readonly Action[];

/** Sends one kind of command to one entity. */
export type SendTo<Command> = (entityId: string, fields: Fields<Command>, options?: StepOptions) => Action;

/** Sends a kind of command to one entity that says nothing besides the id, which is filled in. */
export type SendBareTo<Command> = (entityId: string, fields?: Fields<Command>, options?: StepOptions) => Action;

/** Options of one command that a saga sends. */
export interface StepOptions {
  /** A name for what this command is sent for; its outcome is told it. */
  readonly step?: string;
}

/** The command that an outcome came of: which one it was, where a saga sends several of one kind. */
export interface Delivery {
  /** The entity that it was sent to. */
  readonly entityId: string;
  /** What it was sent for, if that was said. */
  readonly step: string | undefined;
}

/** A command that could not be delivered before its deadline. */
export interface Undeliverable {
  readonly case: "undeliverable";
  readonly reason: string;
}

/** A length of time, not empty; units are added up: `{ hours: 1, minutes: 30 }`. */
export type Delay =
  | { readonly seconds: number }
  | { readonly minutes: number }
  | { readonly hours: number }
  | { readonly days: number };

/** An event that a saga consumes, as data. */
export interface TriggerRow {
  /** The entity that it is an event of. */
  readonly entity: string;
  readonly message: Schema;
  /** Local name of the field that holds the correlation id; without it, the id of the event's entity is that. */
  readonly by?: string;
}

/** A command that a saga sends, as data. */
export interface SendRow {
  /** The entity that it is a command of. */
  readonly entity: string;
  readonly message: Schema;
}

/** A saga as data. */
export interface SagaTable {
  readonly seam: number;
  /** The name of the saga: its offsets and instances are stored under it. */
  readonly name: string;
  readonly state: Schema;
  /** Local name of the state's field that holds the correlation id. The runtime fills it in. */
  readonly id: string;
  /** Method of `events` → the event that starts an instance. */
  readonly startsOn: Readonly<Record<string, TriggerRow>>;
  /** Method of `events` → the event that a running instance reacts to besides. */
  readonly reactsTo?: Readonly<Record<string, TriggerRow>>;
  /** Method of `outcomes`, and member of `send` → the command. */
  readonly sends?: Readonly<Record<string, SendRow>>;
  /** Method of `timers` → the name under which the timer is stored. */
  readonly timers?: Readonly<Record<string, string>>;
  /** Full name of the state, if it has sensitive fields → those. */
  readonly sensitive?: Readonly<Record<string, SensitiveRow>>;
}

/** A saga: its table, and the place to give it a behavior. */
export interface Saga<Behavior, State = unknown> {
  readonly table: SagaTable;
  /** Gives the saga its behavior. */
  implement(behavior: Behavior): SagaImplementation<Behavior, State>;
  /** Carries the type of the state; never there at run time. */
  readonly types?: { readonly state: State };
}

/** A saga with its behavior, ready for the engine and for tests. */
export interface SagaImplementation<Behavior = unknown, State = unknown> {
  readonly saga: Saga<Behavior, State>;
  readonly behavior: Behavior;
}

/**
 * Makes a saga of its table. For generated code.
 *
 * @throws EgoError `unsupported` if the table was printed for another version of the seam.
 */
export function saga<Behavior, State>(table: SagaTable): Saga<Behavior, State> {
  checkSeam(table);
  const made: Saga<Behavior, State> = { table, implement: (behavior) => ({ saga: made, behavior }) };
  return made;
}
