import { fromBinary, type Message } from "@bufbuild/protobuf";
import type { Entity } from "../codegen/entity.ts";
import type { Metadata } from "../codegen/metadata.ts";
import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import type { Append } from "../journal/event-store.ts";
import { decodeMetadata } from "../journal/metadata.ts";
import type { StateChange } from "../journal/state-store.ts";

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

/** What an entity records: its events if it is event sourced, its states if it is durable. */
export type RecordedOf<E> =
  E extends Entity<infer Behavior, infer _Client, infer Events, infer _Rejections, infer State>
    ? [keyof Events] extends [never]
      ? RecordedState<State>
      : RecordedEventOf<Events, Behavior>
    : never;

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
}

/**
 * What is recorded from now on, as an async iterable, in order for each entity. Ends when the engine stops, or by
 * `break`.
 *
 * @throws EgoError `unavailable` while iterating, if the subscriber fell behind: what it missed is in the journal
 */
export interface Subscription<R> extends AsyncIterableIterator<R>, AsyncDisposable {
  /** Ends the subscription. What waits is dropped. */
  close(): void;
  [Symbol.asyncIterator](): Subscription<R>;
}

/** The live stream of what is recorded. */
export class Stream {
  readonly #subscribers = new Set<Subscriber>();
  #ended = false;

  subscribe(entities: ReadonlySet<string> | undefined, maxBuffer: number): Subscription<Recorded> {
    const subscriber = new Subscriber(entities, maxBuffer, () => this.#subscribers.delete(subscriber));
    if (this.#ended) subscriber.end();
    else this.#subscribers.add(subscriber);
    return subscriber;
  }

  /** Whether anybody listens. */
  get subscribed(): boolean {
    return this.#subscribers.size > 0;
  }

  publishEvents(entity: CompiledEntity, append: Append, lastPosition: number): void {
    if (this.#subscribers.size === 0) return;
    const firstPosition = lastPosition - append.events.length + 1;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(entity.name)) continue;
      for (let i = 0; i < append.events.length; i++) {
        subscriber.push(() => recordedEvent(entity, append, i, firstPosition + i));
      }
    }
  }

  publishState(entity: CompiledEntity, change: StateChange): void {
    this.publish(entity, () => recordedState(entity, change));
  }

  /** Publishes something that was found in the store. `make` is called once for each subscriber. */
  publish(entity: CompiledEntity, make: () => Recorded): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.wants(entity.name)) subscriber.push(make);
    }
  }

  /** Ends all subscriptions; what waits in them is still delivered. */
  end(): void {
    this.#ended = true;
    for (const subscriber of this.#subscribers) subscriber.end();
  }
}

/** Decoded only when the subscriber takes it, from the stored bytes: each subscriber has messages of its own. */
type Waiting = () => Recorded;

class Subscriber implements Subscription<Recorded> {
  readonly #entities: ReadonlySet<string> | undefined;
  readonly #maxBuffer: number;
  readonly #onClosed: () => void;
  #waiting: Waiting[] = [];
  #next = 0;
  #taker: PromiseWithResolvers<IteratorResult<Recorded>> | undefined;
  #ended = false;
  #lagged: EgoError | undefined;

  constructor(entities: ReadonlySet<string> | undefined, maxBuffer: number, onClosed: () => void) {
    this.#entities = entities;
    this.#maxBuffer = maxBuffer;
    this.#onClosed = onClosed;
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
    this.#lagged = new EgoError(
      "unavailable",
      `The subscriber fell behind: more than ${this.#maxBuffer} things wait for it (maxBuffer). Nothing is lost: what it missed is in the store.`,
      { details: { maxBuffer: this.#maxBuffer } },
    );
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
      return Promise.reject(lagged);
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
