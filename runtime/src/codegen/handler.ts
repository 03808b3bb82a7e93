import type { Fields } from "./message.ts";
import type { Metadata } from "./metadata.ts";

/** Nothing to emit, or nothing to reject. */
// biome-ignore lint/suspicious/noEmptyInterface: the type of an object on which no name may be looked up
export interface Nothing {}

/** What every handler is given besides the command. All that differs from run to run comes through here. */
export interface HandlerContext<S> {
  /** The entity before this command; the empty message, id filled in, if it has no history yet. Frozen. */
  readonly state: Readonly<S>;
  readonly entityId: string;
  /** Events, or versions, so far; 0 if there is no history yet. */
  readonly revision: number;
  /** The engine's clock. */
  readonly now: Date;
  /** The engine's generator of unique ids. */
  readonly newId: () => string;
  /** The id under which this command takes effect at most once. */
  readonly commandId: string;
  /** What came with the command: who sent it, and what it follows from. Frozen. */
  readonly metadata: Metadata;
  /** Aborts when the caller gave up, or its deadline passed. */
  readonly signal: AbortSignal;
}

/** Context of a handler of an event-sourced entity. */
export interface DecideContext<S, Emit, Reject = Nothing> extends HandlerContext<S> {
  /** Makes the events that this command may emit. Return what you make. */
  readonly emit: Emit;
  /** Makes the rejections that this command may answer. Return what you make. */
  readonly reject: Reject;
}

/** One event, several, none (`[]`), or one rejection; now or later. */
export type Decision<Event, Rejection = never> =
  | Event
  | readonly Event[]
  | Rejection
  | Promise<Event | readonly Event[] | Rejection>;

/**
 * Changes `state`, a private copy. The return type is `undefined`, not `void`, so that a returned state and an
 * `async` applier are compile errors.
 */
export type Apply<Event, S> = (event: Event, state: S) => undefined;

/**
 * Makes an event of the older one that it replaces: returns its fields; the id is filled in. A function of the event and
 * nothing else, since it runs whenever the old event is read. A forgotten `return` and an `async` upcaster are compile
 * errors.
 *
 * ```ts
 * accountCreditedV1: (event) => ({ amount: event.cents, currency: "EUR" }),
 * ```
 */
export type Upcast<Old, New> = (event: Old) => Fields<New>;

/** Context of a handler of a durable-state entity. */
export interface ChangeContext<S, Reject = Nothing> extends HandlerContext<S> {
  /** The next state: the current one with these fields changed. */
  readonly save: (fields: Fields<S>) => Next;
  /** Deletes the entity. Its revision goes on. */
  readonly remove: () => Next;
  /** Keeps the state and its revision. */
  readonly keep: () => Next;
  /** Makes the rejections that this command may answer. Return what you make. */
  readonly reject: Reject;
}

declare const next: unique symbol;

/** What becomes of a durable state: made by `save`, `remove` or `keep`. */
export interface Next {
  readonly [next]: true;
}

/** A change of a durable state, or one rejection; now or later. */
export type Change<Rejection = never> = Next | Rejection | Promise<Next | Rejection>;
