import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EventStore } from "../journal/event-store.ts";
import { JournalCursor, type JournalEvent } from "../journal/journal-cursor.ts";
import type { OffsetMove, ProjectionStore, ProjectionVersion } from "../journal/projection-store.ts";
import { Retrying } from "../journal/retrying.ts";
import { storeFailure } from "../journal/store-failure.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { Attempts } from "./attempts.ts";
import type { CompiledProjection, Projecting } from "./compiled-projection.ts";
import { handlerFailure, letterOf } from "./handler-failure.ts";
import { type HandlerTimeout, withinTime } from "./handler-timeout.ts";

/** What a part is doing. */
export type PartPhase = "starting" | "running" | "retrying" | "waiting" | "failed" | "stopped";

/** What runs a part is told. */
export interface PartListener {
  /** Offsets moved. */
  advanced(): void;
  /** An event was passed over. */
  buried(event: JournalEvent, failure: unknown): void;
  /** The store does not answer; told once, until it does. */
  storeFailed(failure: EgoError): void;
  /** It has stopped by itself, and does not go on. */
  failed(failure: EgoError): void;
}

/** What a part needs. */
export interface PartOptions extends ProjectionVersion {
  readonly projection: CompiledProjection;
  readonly shards: readonly number[];
  /** Serves from memory what the node has read. */
  readonly events: EventStore;
  readonly store: ProjectionStore;
  readonly timing: Timing;
  readonly listener: PartListener;
  readonly telemetry: Telemetry | undefined;
}

/**
 * Runs one part of a projection: reads its shards from their offsets on, hands the events to the handler, and moves the
 * offsets in the same transaction. It believes nobody that it is alone: what another node has done meanwhile it finds in
 * the offsets, and goes on from there.
 */
export class PartRunner {
  readonly #options: PartOptions;
  readonly #of: ProjectionVersion;
  readonly #retrying: Retrying;
  readonly #attempts: Attempts;
  readonly #positions = new Map<number, number>();
  readonly #running: Promise<void>;
  #cursor: JournalCursor | undefined;
  /** The events behind those that are being projected, if they are read already. */
  #ahead: Promise<readonly JournalEvent[] | undefined> | undefined;
  /** A write failed, and it is not known of which event: each is to be alone until the transaction is done. */
  #alone = false;
  #phase: PartPhase = "starting";
  #failure: EgoError | undefined;
  #stopping = false;
  /** What was read since the offsets were looked at counts for nothing. */
  #doubted = false;
  /** When the first event was stored that is read and not done; undefined if there is none. */
  #pendingSince: number | undefined;
  #wake: (() => void) | undefined;

  constructor(options: PartOptions) {
    this.#options = options;
    this.#of = { name: options.name, version: options.version };
    this.#retrying = new Retrying(options.timing, (failure) => this.#storeFailed(failure));
    this.#attempts = new Attempts(options.projection.life.batchSize);
    this.#running = this.#run();
  }

  get phase(): PartPhase {
    return this.#phase;
  }

  /** Why it does not run, or runs no further for now. */
  get failure(): EgoError | undefined {
    return this.#failure;
  }

  /** The position up to which a shard is done, as far as this part knows; undefined if the shard is not of it. */
  position(shard: number): number | undefined {
    return this.#positions.get(shard);
  }

  /** When the oldest event was stored that was read and is not done, in epoch milliseconds; undefined if there is none. */
  get pendingSince(): number | undefined {
    return this.#pendingSince;
  }

  /** The positions up to which its shards are done. */
  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  /** Events up to a position of a shard were projected where they were stored. */
  passed(shard: number, position: number): void {
    if (position <= (this.#positions.get(shard) ?? Number.POSITIVE_INFINITY)) return;
    this.#positions.set(shard, position);
    this.#options.listener.advanced();
  }

  /** There are events up to a position of a shard. */
  nudge(shard: number, position: number): void {
    this.#cursor?.nudge(shard, position);
  }

  /**
   * What was read may not be in the journal any more: it is not projected, and from the stored offsets on the journal is read
   * again.
   */
  doubt(): void {
    this.#doubted = true;
  }

  /** Stops. What is under way is finished first: when this resolves, nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#retrying.end();
    this.#wake?.();
    await this.#cursor?.close();
    await this.#running;
    if (this.#phase !== "failed") this.#phase = "stopped";
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping && (await this.#begin())) await this.#follow();
    } catch (cause) {
      this.#phase = "failed";
      this.#failure = EgoError.from(cause);
      this.#options.listener.failed(this.#failure);
    } finally {
      await this.#cursor?.close();
    }
  }

  /** Finds the offsets, and answers whether there are some: not those of a projection that was removed. */
  async #begin(): Promise<boolean> {
    const { store, shards, events, timing } = this.#options;
    await this.#cursor?.close();
    this.#doubted = false;
    const found = await this.#retrying.until(() => store.offsets(this.#of));
    const offsets = found?.answer;
    if (!offsets || this.#stopping) return false;
    const from = shards.map((shard) => ({ shard, position: offsets[shard] ?? 0 }));
    for (const { shard, position } of from) this.#positions.set(shard, position);
    this.#cursor = new JournalCursor({
      events,
      timing,
      from,
      pollMs: Number.POSITIVE_INFINITY,
      report: (failure) => this.#storeFailed(failure),
    });
    this.#phase = "running";
    return true;
  }

  /** Reads and projects, until it is stopped or the offsets are not those that it knows. */
  async #follow(): Promise<void> {
    this.#ahead = undefined;
    while (!this.#stopping) {
      const reading = this.#ahead ?? this.#read();
      this.#ahead = undefined;
      const events = await reading;
      if (!events) return;
      this.#phase = "running";
      this.#failure = undefined;
      if (!(await this.#project(events))) return;
      this.#pendingSince = undefined;
    }
  }

  #read(): Promise<readonly JournalEvent[] | undefined> {
    return this.#cursor?.read(this.#options.projection.life.batchSize) ?? Promise.resolve(undefined);
  }

  /**
   * Reads the next events while the handler is at work: not before, since the store would do that first if it does one thing
   * after the other. At the end of the journal nothing is read ahead: it would be the first event that is stored meanwhile,
   * and all that comes behind it would wait for two transactions instead of one.
   */
  #readAhead(): void {
    if (this.#ahead || this.#stopping || !this.#cursor?.filled) return;
    this.#ahead = this.#read();
    // It is waited for later.
    this.#ahead.catch(() => undefined);
  }

  /** Projects events, in one transaction or more. Answers false if the offsets have to be read again. */
  async #project(events: readonly JournalEvent[]): Promise<boolean> {
    let waiting = await this.#left(events);
    while (waiting.length > 0) {
      if (this.#stopping) return true;
      this.#pendingSince = waiting[0]?.recordedAt;
      const chunk = this.#attempts.next(waiting);
      const outcome = await this.#transact(chunk);
      if (outcome === "moved") return false;
      if (outcome === "done") waiting = waiting.slice(chunk.length);
    }
    return true;
  }

  /** What was not projected where it was stored: here, or on another node. */
  async #left(events: readonly JournalEvent[]): Promise<readonly JournalEvent[]> {
    const { projection, store } = this.#options;
    if (!projection.life.inline) return events;
    const isLeft = ({ shard, position }: JournalEvent) => position > (this.#positions.get(shard) ?? 0);
    const left = events.filter(isLeft);
    if (left.length === 0) return left;
    const found = await this.#retrying.until(() => store.offsets(this.#of));
    for (const [shard, position] of (found?.answer ?? []).entries()) this.passed(shard, position);
    return left.filter(isLeft);
  }

  async #transact(events: readonly JournalEvent[]): Promise<"done" | "moved" | "again"> {
    const { store, projection, telemetry, timing } = this.#options;
    const moves = movesOf(events);
    const consumed = events.filter((event) => event.payload !== null && projection.consumes(event));
    let projecting: Projecting | undefined;
    let late: HandlerTimeout | undefined;
    const activity = telemetry?.projecting({ projection: this.#of.name, version: this.#of.version });
    const advance = () =>
      store.advance(this.#of, moves, async (transaction) => {
        if (this.#doubted) throw doubtful;
        this.#readAhead();
        projecting = projection.begin(transaction, this.#alone);
        late = await withinTime(projecting.project(consumed), timing, projection.life.timeoutMs);
        if (late) throw late;
      });
    try {
      const moved = await (activity ? activity.run(advance) : advance());
      activity?.ended(moved ? consumed.length : 0);
      if (!moved) return "moved";
    } catch (failure) {
      activity?.ended(EgoError.from(failure));
      if (failure === doubtful) return "moved";
      // The store says what the work threw, or what became of itself.
      if (projecting && (failure === late || failure === projecting.cause)) {
        if (projecting.tellsAlone && !this.#alone) {
          this.#alone = true;
          return "again";
        }
        return this.#handlerFailed(events, projecting.culprit, failure);
      }
      return this.#unavailable(failure);
    }
    this.#done(moves);
    return "done";
  }

  #done(moves: readonly OffsetMove[]): void {
    this.#alone = false;
    this.#attempts.succeeded(moves.reduce((sum, { from, to }) => sum + to - from, 0));
    for (const { shard, to } of moves) {
      // What was stored behind it may have been projected by now, where it was stored.
      if (to > (this.#positions.get(shard) ?? 0)) this.#positions.set(shard, to);
    }
    this.#phase = "running";
    this.#failure = undefined;
    this.#options.listener.advanced();
  }

  async #handlerFailed(
    events: readonly JournalEvent[],
    culprit: JournalEvent | undefined,
    cause: unknown,
  ): Promise<"done" | "moved" | "again"> {
    const [event] = events;
    if (!this.#attempts.failed(events, culprit) || !event) return "again";
    const { projection } = this.#options;
    const { retries, retryAfterMs, skips } = projection.life;
    const failure = handlerFailure(this.#of, event, cause, this.#attempts.tries);
    if (this.#attempts.tries <= retries) {
      this.#phase = "retrying";
      this.#failure = failure;
      await this.#pause(retryAfterMs);
      return "again";
    }
    if (!skips) throw failure;
    return this.#bury(event, cause);
  }

  async #bury(event: JournalEvent, cause: unknown): Promise<"done" | "moved" | "again"> {
    const { store, timing, listener } = this.#options;
    const { shard, position } = event;
    const moves = [{ shard, from: position - 1, to: position }];
    const attempts = this.#attempts.tries;
    const buried = await this.#retrying.until(() => {
      // As if somebody else had moved the offsets.
      if (this.#doubted) return Promise.resolve(false);
      return store.advance(this.#of, moves, ({ bury }) => bury(letterOf(event, cause, attempts, timing.now())));
    });
    if (!buried) return "again";
    // It may have been committed before the store failed.
    if (!buried.answer) return "moved";
    listener.buried(event, cause);
    this.#done(moves);
    return "done";
  }

  /** What became of the transaction is not known: the offsets say it, when the store answers again. */
  async #unavailable(cause: unknown): Promise<"moved"> {
    const failure = storeFailure(cause);
    if (failure.code !== "unavailable") throw failure;
    const { store } = this.#options;
    let first = true;
    await this.#retrying.until(async () => {
      // Asked at once, a server that is up again would be asked by all parts in one moment.
      if (first) {
        first = false;
        throw failure;
      }
      await store.offsets(this.#of);
    });
    return "moved";
  }

  #storeFailed(failure: EgoError): void {
    this.#phase = "waiting";
    this.#failure = failure;
    this.#options.listener.storeFailed(failure);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#options.timing.after(ms, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }
}

/** Thrown to roll back what was read before it was doubted: the transaction may be one with another server. */
const doubtful = new EgoError("conflict", "The journal may be another one than that of which these events are.");

/** Where the offsets go: events of a shard are in order, and each shard is there once. */
function movesOf(events: readonly JournalEvent[]): readonly OffsetMove[] {
  const moves = new Map<number, { shard: number; from: number; to: number }>();
  for (const { shard, position } of events) {
    const move = moves.get(shard);
    if (move) move.to = position;
    else moves.set(shard, { shard, from: position - 1, to: position });
  }
  return [...moves.values()].sort((a, b) => a.shard - b.shard);
}
