import { fromBinary, type Message } from "@bufbuild/protobuf";
import type { Entity } from "../codegen/entity.ts";
import type { Metadata } from "../codegen/metadata.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import type { Append } from "../journal/event-store.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import { formatPositions } from "../journal/positions.ts";
import type { StateChange } from "../journal/state-store.ts";
import type { JournalEnd } from "./journal-end.ts";

/** What is known about each thing that was recorded. */
export interface Recorded {
  /** The name of the entity, as `account`. */
  readonly entity: string;
  readonly entityId: string;
  /** Events, or versions, of the entity up to this one. */
  readonly revision: number;
  readonly recordedAt: Date;
  /** The command that caused it. */
  readonly commandId: string;
  /** What came with that command: who sent it, and what it followed from. */
  readonly metadata: Metadata;
}

/** An event that was stored. `name` says which: `switch (recorded.name)` narrows the type of `event`. */
export interface RecordedEvent<Name = string, Event = Message> extends Recorded {
  readonly kind: "event";
  readonly name: Name;
  /** A message of the reader's own. */
  readonly event: Event;
  readonly shard: number;
  /** 1, 2, 3 … within the shard, without a gap. */
  readonly position: number;
}

/** A version of a durable state that was stored. */
export interface RecordedState<State = Message> extends Recorded {
  readonly kind: "state";
  /** A message of the reader's own; undefined if the entity was removed. */
  readonly state: State | undefined;
}

/** What an entity records: its events if it is event sourced, its states if it is durable; either if it may be any. */
export type RecordedOf<E> =
  E extends Entity<infer Behavior, infer _Client, infer Events, infer _Rejections, infer State>
    ? unknown extends Events
      ? RecordedEvent | RecordedState
      : [keyof Events] extends [never]
        ? RecordedState<State>
        : RecordedEventOf<Events, Behavior>
    : never;

/** The events that an entity records; none if it has a durable state. */
export type RecordedEventsOf<E> = Extract<RecordedOf<E>, { readonly kind: "event" }>;

/** One of some events, given their makers; never an old one, which the behavior upcasts. */
export type RecordedEventOf<Events, Behavior = unknown> = {
  [Name in Exclude<keyof Events & string, OldEvent<Behavior>>]: RecordedEvent<
    Name,
    Events[Name] extends (fields?: never) => infer Event ? Event : never
  >;
}[Exclude<keyof Events & string, OldEvent<Behavior>>];

type OldEvent<Behavior> = Behavior extends { readonly upcasts: infer Upcasters } ? keyof Upcasters : never;

/** What a subscriber wants. */
export interface SubscribeOptions<E> {
  /** Only what these entities record. Default: everything. */
  readonly entities?: readonly E[];
  /** Things recorded that may wait for the subscriber. One more, and it is told that it lagged. Default: 10,000. */
  readonly maxBuffer?: number;
  readonly from?: undefined;
}

/** What a subscriber wants that reads the journal. */
export interface CatchUpOptions<E> {
  /** Only events of these entities, which are event sourced. Default: of all that the engine has. */
  readonly entities?: readonly E[];
  /**
   * Where to begin: at the `"start"` of the journal; at its end, `"now"`; or where another subscription was, as its
   * `positions()` told.
   */
  readonly from: "start" | "now" | (string & Record<never, never>);
  /** Events that are read ahead, at most. Default: 1,000. */
  readonly maxBuffer?: number;
  /** The longest time between two looks at what other programs have stored, in milliseconds. Default: 1,000. */
  readonly pollMs?: number;
}

/**
 * What is recorded from now on, as an async iterable, in order for each entity. Ends when the engine stops, or by
 * `break`.
 *
 * @throws EgoError `unavailable` while iterating, if the subscriber fell behind. What it missed is in the journal, and
 * can be read `from` the `details.positions` of the error: nothing is left out, nothing given twice
 */
export interface Subscription<R> extends AsyncIterableIterator<R>, AsyncDisposable {
  /** Ends the subscription. What waits is dropped. */
  close(): void;
  [Symbol.asyncIterator](): Subscription<R>;
}

/**
 * What is in the journal, from some place on, as an async iterable: events of whoever stores them, each once, in order
 * for each entity. It reads ahead only as far as `maxBuffer`, so that a slow subscriber does not lag. Ends when the
 * engine stops, or by `break`.
 *
 * @throws EgoError while iterating: `data_loss` if the journal has a gap or bytes that do not decode, `unsupported` for
 * an event of an unknown type, `handler_failed` if an upcaster fails. That ends it; `positions()` is before what failed
 */
export interface CatchUpSubscription<R> extends Subscription<R> {
  /**
   * Where the subscriber is: behind the last event that it has taken. As `from` of another subscription, it goes on
   * behind that event. One text, to be kept beside what was made of the events.
   *
   * @throws EgoError `unavailable` if it was ended before it had found the end of the journal
   */
  positions(): Promise<string>;
}

/** Somebody who is told where in the journal this engine has stored something. */
export interface Follower {
  /** Events of an entity, or a version of its durable state, were stored at these positions of a shard. */
  recorded(entity: string, shard: number, first: number, last: number): void;
  /** The engine stops. Resolves when nothing is asked of the store any more. */
  end(): Promise<void>;
}

/** The live stream of what is recorded. */
export class Stream {
  readonly #subscribers = new Set<Subscriber>();
  readonly #followers = new Set<Follower>();
  #ended = false;

  /**
   * @param journalEnd finds where the journal ends, for a subscriber that fell behind; undefined if what it wants is not
   * in the journal
   */
  subscribe(
    entities: ReadonlySet<string> | undefined,
    maxBuffer: number,
    journalEnd?: () => JournalEnd,
  ): Subscription<Recorded> {
    const onClosed = () => this.#subscribers.delete(subscriber);
    const subscriber = new Subscriber(entities, maxBuffer, onClosed, journalEnd);
    if (this.#ended) subscriber.end();
    else this.#subscribers.add(subscriber);
    return subscriber;
  }

  /** Whether anybody listens. */
  get subscribed(): boolean {
    return this.#subscribers.size > 0;
  }

  follow(follower: Follower): void {
    if (this.#ended) void follower.end();
    else this.#followers.add(follower);
  }

  unfollow(follower: Follower): void {
    this.#followers.delete(follower);
  }

  publishEvents(entity: CompiledEntity, append: Append, lastPosition: number): void {
    if (this.#subscribers.size === 0 && this.#followers.size === 0) return;
    const firstPosition = lastPosition - append.events.length + 1;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(entity.name)) continue;
      for (let i = 0; i < append.events.length; i++) {
        subscriber.push(() => recordedEvent(entity, append, i, firstPosition + i));
      }
    }
    // Only now: a subscriber that fell behind by this follows from this on.
    for (const follower of this.#followers) follower.recorded(entity.name, append.shard, firstPosition, lastPosition);
  }

  /**
   * @param shard that of durable states, behind those of events
   * @param position 0 if the store gives versions no positions
   */
  publishState(entity: CompiledEntity, change: StateChange, shard: number, position: number): void {
    this.publish(entity, () => recordedState(entity, change));
    if (position === 0) return;
    for (const follower of this.#followers) follower.recorded(entity.name, shard, position, position);
  }

  /** Publishes something that was found in the store. `make` is called once for each subscriber. */
  publish(entity: CompiledEntity, make: () => Recorded): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.wants(entity.name)) subscriber.push(make);
    }
  }

  /** Ends all subscriptions; what waits in them is still delivered. Resolves when none of them reads any more. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const subscriber of this.#subscribers) subscriber.end();
    await Promise.all([...this.#followers].map((follower) => follower.end()));
  }
}

/** Decoded only when the subscriber takes it, from the stored bytes: each subscriber has messages of its own. */
type Waiting = () => Recorded;

/** A subscriber fell behind. */
interface Lagged {
  /** The first that it is not given. */
  readonly missed: Recorded;
  /** Where the journal ended then, by shard; undefined if that is not known. */
  readonly journalEnd: Promise<readonly number[] | undefined> | undefined;
}

class Subscriber implements Subscription<Recorded> {
  readonly #entities: ReadonlySet<string> | undefined;
  readonly #maxBuffer: number;
  readonly #onClosed: () => void;
  readonly #journalEnd: (() => JournalEnd) | undefined;
  #waiting: Waiting[] = [];
  #next = 0;
  #taker: PromiseWithResolvers<IteratorResult<Recorded>> | undefined;
  #ended = false;
  #lagged: Lagged | undefined;

  constructor(
    entities: ReadonlySet<string> | undefined,
    maxBuffer: number,
    onClosed: () => void,
    journalEnd: (() => JournalEnd) | undefined,
  ) {
    this.#entities = entities;
    this.#maxBuffer = maxBuffer;
    this.#onClosed = onClosed;
    this.#journalEnd = journalEnd;
  }

  wants(entity: string): boolean {
    return !this.#entities || this.#entities.has(entity);
  }

  push(recorded: Waiting): void {
    if (this.#ended) return;
    const taker = this.#taker;
    if (taker) {
      this.#taker = undefined;
      taker.resolve({ done: false, value: recorded() });
      return;
    }
    if (this.#waiting.length - this.#next < this.#maxBuffer) {
      this.#waiting.push(recorded);
      return;
    }
    this.#lagged = { missed: recorded(), journalEnd: this.#journalEnd?.().positions.catch(() => undefined) };
    this.end();
  }

  next(): Promise<IteratorResult<Recorded>> {
    const recorded = this.#waiting[this.#next];
    if (recorded) {
      if (++this.#next > 1_000 && this.#next * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      return Promise.resolve({ done: false, value: recorded() });
    }
    const lagged = this.#lagged;
    if (lagged) {
      this.#lagged = undefined;
      return this.#tellLag(lagged);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#taker) return Promise.reject(new EgoError("invalid_argument", "One subscription has one reader."));
    this.#taker = Promise.withResolvers();
    return this.#taker.promise;
  }

  /** Takes nothing more; what waits is still delivered. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onClosed();
    this.#taker?.resolve({ done: true, value: undefined });
    this.#taker = undefined;
  }

  close(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#lagged = undefined;
    this.end();
  }

  return(): Promise<IteratorResult<Recorded>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** Called when all that waited was delivered: the subscriber has what the stream told before it fell behind. */
  async #tellLag({ missed, journalEnd }: Lagged): Promise<never> {
    const maxBuffer = this.#maxBuffer;
    const what = `The subscriber fell behind: more than ${maxBuffer} things wait for it (maxBuffer). Nothing is lost:`;
    const end = await journalEnd;
    if (!end) throw new EgoError("unavailable", `${what} what it missed is in the store.`, { details: { maxBuffer } });
    const positions = [...end];
    // It may have the first events of that command.
    if (isEvent(missed)) positions[missed.shard] = missed.position - 1;
    throw new EgoError(
      "unavailable",
      `${what} a subscription \`from\` the positions in the details of this error goes on where this one was.`,
      { details: { maxBuffer, positions: formatPositions(positions) } },
    );
  }
}

function isEvent(recorded: Recorded): recorded is RecordedEvent {
  return (recorded as RecordedEvent).kind === "event";
}

function recordedEvent(entity: CompiledEntity, append: Append, index: number, position: number): RecordedEvent {
  const { type, payload } = append.events[index] as { type: string; payload: Uint8Array };
  // What was decided just now is never old.
  const compiled = entity.storedKinds.get(type);
  if (!compiled) throw new EgoError("internal", `${type} is not an event of "${entity.name}"`);
  return {
    kind: "event",
    name: compiled.name,
    event: fromBinary(compiled.descriptor, payload) as Message,
    shard: append.shard,
    position,
    revision: append.expectedRevision + index + 1,
    ...recorded(append),
  };
}

function recordedState(entity: CompiledEntity, change: StateChange): RecordedState {
  return {
    kind: "state",
    state: change.state === null ? undefined : (fromBinary(entity.state.descriptor, change.payload) as Message),
    revision: change.expectedRevision + 1,
    ...recorded(change),
  };
}

function recorded(item: Append | StateChange): Omit<Recorded, "revision"> {
  return {
    entity: item.entityType,
    entityId: item.entityId,
    recordedAt: new Date(item.recordedAt),
    commandId: item.commandId,
    metadata: decodeMetadata(item.metadata, item.commandId),
  };
}
