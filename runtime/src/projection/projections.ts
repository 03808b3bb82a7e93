import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { AppendProjected, EventStore } from "../journal/event-store.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { JournalReader, JournalReaders } from "../journal/journal-readers.ts";
import type {
  ProjectionRecord,
  ProjectionStore,
  ProjectionVersion,
  ProjectionView,
} from "../journal/projection-store.ts";
import { Retrying } from "../journal/retrying.ts";
import { withStates } from "../journal/state-shards.ts";
import type { StoreSignals } from "../journal/store-signals.ts";
import type { Stream } from "../stream/stream.ts";
import type { ProjectionReading, Telemetry } from "../telemetry/telemetry.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import { InlineProjections, type InlineVersion } from "./inline-projections.ts";
import { JournalFeed } from "./journal-feed.ts";
import { nodeName } from "./node-name.ts";
import { PartRunner } from "./part-runner.ts";
import { keyOf, type Part, sharesOf } from "./part-shares.ts";
import { addFirst, completeVersion } from "./projection-versions.ts";
import { versionKey } from "./version-key.ts";

/** What the projections of an engine share. */
export interface ProjectionsHost {
  readonly store: ProjectionStore;
  readonly events: EventStore;
  /** The versions of durable states, as `stateShards` makes them; undefined if the store gives them no positions. */
  readonly states: EventStore | undefined;
  /** Both. */
  readonly withStates: EventStore | undefined;
  readonly stream: Stream;
  readonly timing: Timing;
  readonly readers: JournalReaders;
  /** Resolves when the batches that are under way now have been answered. */
  readonly settled: () => Promise<unknown>;
  /** Something that no other engine has. */
  readonly unique: string;
  readonly signals: StoreSignals | undefined;
  readonly telemetry: Telemetry | undefined;
  /** Gives those that store events another way to do it. */
  readonly appendBy: (append: AppendProjected) => void;
  readonly report: (failure: EgoError) => void;
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** The longest time between two looks at what other programs have stored. */
const pollMs = 1_000;
/** The same for versions of durable states. With the heartbeat, an idle node asks less than two questions a second. */
const statePollMs = 4_000;
/** A node says so often that it is there, and finds then what the operator wants. */
const heartbeatMs = 3_000;
/** A node that has not said so for that long is taken for gone. */
const leaseMs = 10_000;
/** Offsets that retention goes by are not older than this: they only grow, but for a rebuild. */
const offsetsAgeMs = 1_000;

/** How the live version of a projection is, as its engine last saw it: at most three seconds ago. */
export interface ProjectionHealth extends ProjectionVersion {
  readonly status: "running" | "paused" | "failed";
  /** Why it failed. */
  readonly failure: string | undefined;
}

/** A part that this node runs. */
interface RunningPart {
  readonly part: Part;
  /** That of its version: another one is one that was begun again. */
  readonly begunAt: number;
  readonly runner: PartRunner;
  /** Takes it off the feeds. */
  readonly detach: () => void;
}

/** A failure of a version on this node. */
interface NewFailure {
  readonly failure: EgoError;
  /** Whether the store has it: what is seen there next is what the operator has made of it. */
  isStored: boolean;
}

/** The projections of an engine: which parts of them this node runs, and how they are. */
export class Projections implements JournalReader {
  readonly name = "the projections";
  readonly host: ProjectionsHost;
  readonly node: ReturnType<typeof nodeName>;
  readonly #compiled = new Map<string, CompiledProjection>();
  readonly #runners = new Map<string, RunningPart>();
  /** Failures that the last look at the store did not see, by version. */
  readonly #failures = new Map<string, NewFailure>();
  readonly #waiters = new Set<() => void>();
  readonly #retrying: Retrying;
  readonly #leave: () => void;
  #records: readonly ProjectionRecord[] = [];
  #feed: JournalFeed | undefined;
  #inline: InlineProjections | undefined;
  /** The feed of versions of durable states: there if a projection consumes such. */
  #stateFeed: JournalFeed | undefined;
  #offsets: { readonly at: number; readonly slowest: Promise<readonly number[]> } | undefined;
  #round: Promise<void> = Promise.resolve();
  #callOff: (() => void) | undefined;
  /** Listens to other programs no more. */
  #deafen: (() => void) | undefined;
  #stopping = false;

  constructor(host: ProjectionsHost) {
    this.host = host;
    this.node = nodeName(host.unique);
    this.#retrying = new Retrying(host.timing, host.report);
    this.#leave = host.readers.add(this);
  }

  /** Projections that this engine has a handler for, by name. */
  get compiled(): ReadonlyMap<string, CompiledProjection> {
    return this.#compiled;
  }

  /** Adds projections, and begins with what is for this node. */
  async add(projections: readonly CompiledProjection[]): Promise<void> {
    if (projections.length === 0) return;
    if (projections.some(({ life }) => life.inline)) this.#projectInline();
    const { store, events, states } = this.host;
    const known = await store.list();
    for (const projection of projections) {
      const versions = known.filter((record) => record.name === projection.name);
      for (const record of versions) await completeVersion(this.host, projection, record);
      if (versions.length === 0) await addFirst(this.host, projection);
    }
    this.#feed ??= this.#newFeed(events, 0);
    const consumesStates = projections.some((projection) => projection.consumesStates);
    if (states && consumesStates) this.#stateFeed ??= this.#newFeed(states, events.shardCount);
    this.#deafen ??= this.host.signals?.listen(() => {
      this.#feed?.look();
      this.#stateFeed?.look();
    });
    await Promise.all([this.#feed.started(), this.#stateFeed?.started()]);
    for (const projection of projections) this.#compiled.set(projection.name, projection);
    await this.look();
  }

  /** From now on, what is stored goes through those that are inline. */
  #projectInline(): void {
    const { store, events, timing, telemetry, report } = this.host;
    const append = store.append;
    if (this.#inline || !append) return;
    this.#inline = new InlineProjections({
      events,
      append: (batch, inline) => append(batch, inline),
      timing,
      telemetry,
      versions: () => this.#inlineVersions(),
      passed: (of, shard, position) => {
        for (const runner of this.runnersOf(of)) runner.passed(shard, position);
      },
      buried: (of, event, failure) => this.#buried(of, event, failure),
      failed: report,
    });
    const inline = this.#inline;
    this.host.appendBy((batch) => inline.append(batch));
  }

  /** The inline ones, as far as they run: beside a live version, others are filled by their runners. */
  #inlineVersions(): readonly InlineVersion[] {
    const versions: InlineVersion[] = [];
    for (const projection of this.#compiled.values()) {
      const of = projection.life.inline ? this.liveOf(projection.name) : undefined;
      if (of && this.restsSince(of) === undefined) versions.push({ of, projection });
    }
    return versions;
  }

  #newFeed(events: EventStore, firstShard: number): JournalFeed {
    const { timing, stream, settled, report } = this.host;
    const failed = (failure: EgoError) => this.#journalFailed(failure, firstShard > 0);
    const poll = firstShard > 0 ? statePollMs : pollMs;
    return new JournalFeed({ events, firstShard, timing, stream, settled, report, pollMs: poll, failed });
  }

  /** Takes a projection out of this engine: when it resolves, nothing of it runs here. */
  async forget(name: string): Promise<void> {
    this.#compiled.delete(name);
    await this.look();
  }

  /** Looks at once what is wanted, and resolves when this node does that. */
  look(): Promise<void> {
    // One after the other; the one that begins after this call sees what was written before it.
    this.#round = this.#round.then(() => this.#lookOnce());
    return this.#round;
  }

  /** Stops all parts: when it resolves, none of them runs any more, and others may take them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#callOff?.();
    this.#deafen?.();
    this.#retrying.end();
    this.#wakeWaiters();
    await this.#round;
    await this.#stopRunners([...this.#runners.keys()]);
    await Promise.all([this.#feed?.end(), this.#stateFeed?.end()]);
    this.#leave();
    const { store, report } = this.host;
    try {
      // What failed just now is to be known to those that come next.
      for (const record of this.#records) {
        const found = this.#failures.get(versionKey(record));
        if (found && !found.isStored) await store.change(record, { failure: found.failure.message });
      }
      // They would wait for the end of the leases: no more than that.
      if (this.#compiled.size > 0) await store.release(this.node.text);
    } catch (failure) {
      report(EgoError.from(failure));
    }
    this.node[Symbol.dispose]();
  }

  /** The parts of a version that this node runs. */
  runnersOf({ name, version }: ProjectionVersion): readonly PartRunner[] {
    const own = [...this.#runners.values()].filter(({ part }) => part.name === name && part.version === version);
    return own.map(({ runner }) => runner);
  }

  /** The live version of a projection, as this node last saw it. */
  liveOf(name: string): ProjectionRecord | undefined {
    return this.#records.find((record) => record.name === name && record.role === "live");
  }

  /** Why a version does not run, as far as this node knows; undefined if it does. */
  restsSince(of: ProjectionVersion): string | undefined {
    const record = this.#records.find(({ name, version }) => name === of.name && version === of.version);
    return this.#failureOf(of, record) ?? (record?.wanted === "paused" ? "it is paused" : undefined);
  }

  #failureOf(of: ProjectionVersion, record: ProjectionRecord | undefined): string | undefined {
    return this.#failures.get(versionKey(of))?.failure.message ?? record?.failure;
  }

  /** How those are that this engine has handlers for; asks no store. */
  get health(): readonly ProjectionHealth[] {
    return [...this.#compiled.keys()].flatMap((name) => {
      const record = this.liveOf(name);
      if (!record) return [];
      const failure = this.#failureOf(record, record);
      const status = failure !== undefined ? "failed" : record.wanted;
      return { name, version: record.version, status, failure };
    });
  }

  /** How far the versions are of which parts run here; asks no store. */
  get readings(): readonly ProjectionReading[] {
    const { shardCount } = this.host.events;
    const [ends, stateEnds] = [this.#feed?.positions, this.#stateFeed?.positions];
    const now = this.host.timing.now();
    const readings = new Map<string, { -readonly [Name in keyof ProjectionReading]: ProjectionReading[Name] }>();
    for (const { part, runner } of this.#runners.values()) {
      const key = versionKey(part);
      const reading = readings.get(key) ?? {
        projection: part.name,
        version: part.version,
        eventsBehind: 0,
        lagMs: 0,
        latestOffset: 0,
      };
      readings.set(key, reading);
      for (const [shard, position] of runner.positions) {
        reading.latestOffset += position;
        const end = (shard < shardCount ? ends : stateEnds)?.[shard] ?? 0;
        reading.eventsBehind += Math.max(0, end - position);
      }
      if (runner.pendingSince !== undefined) reading.lagMs = Math.max(reading.lagMs, now - runner.pendingSince);
    }
    return [...readings.values()];
  }

  /** Resolves at the next move of an offset, or after a time. */
  async moved(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const callOff = this.host.timing.after(ms, done);
      const waiters = this.#waiters;
      function done(): void {
        callOff();
        waiters.delete(done);
        resolve();
      }
      waiters.add(done);
    });
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** The position that all versions of all projections have done, whoever runs them: retention waits for them. */
  async position(shard: number): Promise<number> {
    const now = this.host.timing.now();
    if (!this.#offsets || now - this.#offsets.at >= offsetsAgeMs) {
      this.#offsets = { at: now, slowest: this.#slowest() };
    }
    const slowest = await this.#offsets.slowest;
    return slowest[shard] ?? Number.MAX_SAFE_INTEGER;
  }

  async #slowest(): Promise<readonly number[]> {
    const { store } = this.host;
    const slowest: number[] = [];
    for (const record of await store.list()) {
      const offsets = await store.offsets(record);
      for (const [shard, position] of (offsets ?? []).entries()) {
        slowest[shard] = Math.min(slowest[shard] ?? Number.MAX_SAFE_INTEGER, position);
      }
    }
    return slowest;
  }

  async #lookOnce(): Promise<void> {
    this.#callOff?.();
    if (this.#stopping) return;
    const { store, timing } = this.host;
    try {
      const seen = await this.#retrying.until(() => {
        const now = timing.now();
        return store.heartbeat(this.node.text, now, now + leaseMs, [...this.#compiled.keys()]);
      });
      if (seen && !this.#stopping) await this.#follow(seen.answer);
    } catch (failure) {
      this.host.report(EgoError.from(failure));
    }
    if (!this.#stopping) this.#callOff = timing.after(heartbeatMs, () => void this.look());
  }

  async #follow(view: ProjectionView): Promise<void> {
    const { store, timing } = this.host;
    this.#records = view.projections;
    for (const record of view.projections) {
      const key = versionKey(record);
      const found = this.#failures.get(key);
      if (!found) continue;
      if (record.failure !== undefined || found.isStored) this.#failures.delete(key);
      else found.isStored = await store.change(record, { failure: found.failure.message });
    }
    const wanted = view.projections.filter(
      (record) =>
        record.wanted === "running" &&
        record.failure === undefined &&
        this.#compiled.has(record.name) &&
        !this.#failures.has(versionKey(record)),
    );
    const now = timing.now();
    const shares = sharesOf(this.node.text, wanted, view, now, (other) => this.node.isDead(other));
    const kept = new Set(shares.keep.map(keyOf));
    const begunAt = new Map(wanted.map((record) => [versionKey(record), record.begunAt]));
    const over = [...this.#runners].filter(
      ([key, { part, begunAt: at }]) => !kept.has(key) || begunAt.get(versionKey(part)) !== at,
    );
    await this.#stopRunners(over.map(([key]) => key));
    if (shares.release.length > 0) await store.release(this.node.text, shares.release);
    for (const part of shares.keep) this.#startRunner(part, wanted);
    for (const { from, ...part } of shares.take) {
      const lease = { ...part, owner: this.node.text, expiresAt: now + leaseMs };
      if (await store.take(lease, from)) this.#startRunner(part, wanted);
    }
    // Whoever waits for a part may have to look elsewhere now, or in vain.
    this.#wakeWaiters();
  }

  #startRunner(part: Part, records: readonly ProjectionRecord[]): void {
    const key = keyOf(part);
    const running = this.#runners.get(key);
    if (running && running.runner.phase !== "stopped" && running.runner.phase !== "failed") return;
    running?.detach();
    const { store, timing, report } = this.host;
    const record = records.find(({ name, version }) => name === part.name && version === part.version);
    const projection = this.#compiled.get(part.name);
    const feeds = [this.#feed, projection?.consumesStates ? this.#stateFeed : undefined].filter(
      (feed) => feed !== undefined,
    );
    const [feed, stateFeed] = feeds;
    if (!record || !projection || !feed) return;
    const events = stateFeed ? withStates(feed.events, stateFeed.events) : feed.events;
    const shards = zeros(events.shardCount)
      .map((_, shard) => shard)
      .filter((shard) => shard % record.parts === part.part);
    const runner = new PartRunner({
      name: part.name,
      version: part.version,
      projection,
      shards,
      events,
      store,
      timing,
      telemetry: this.host.telemetry,
      listener: {
        advanced: () => this.#wakeWaiters(),
        buried: (event, failure) => this.#buried(part, event, failure),
        storeFailed: report,
        failed: (failure) => this.#partFailed(part, failure),
      },
    });
    const attached = feeds.map((one) => one.attach(runner));
    const detach = () => {
      for (const off of attached) off();
    };
    this.#runners.set(key, { part, begunAt: record.begunAt, runner, detach });
  }

  #buried({ name }: ProjectionVersion, event: JournalEvent, failure: unknown): void {
    const { entityType: entity, entityId, revision, shard, position } = event;
    const facts = { projection: name, entity, entityId, revision, shard, position, failure };
    this.host.warn(`The projection ${JSON.stringify(name)} passed over an event: ${textOf(failure)}`, facts);
  }

  async #stopRunners(keys: readonly string[]): Promise<void> {
    const stopped = keys.map(async (key) => {
      const running = this.#runners.get(key);
      running?.detach();
      await running?.runner.stop();
      this.#runners.delete(key);
    });
    await Promise.all(stopped);
  }

  #wakeWaiters(): void {
    for (const done of [...this.#waiters]) done();
  }

  /** It stops everywhere: other nodes would go on with other shards, and nobody would see that it has stopped. */
  #partFailed(part: Part, failure: EgoError): void {
    this.host.report(failure);
    this.#failures.set(versionKey(part), { failure, isStored: false });
    this.#wakeWaiters();
    void this.look();
  }

  /** The journal is not what it was: nobody goes on who reads that part of it. */
  #journalFailed(failure: EgoError, ofStates: boolean): void {
    this.host.report(failure);
    for (const record of this.#records) {
      const projection = this.#compiled.get(record.name);
      if (projection && (!ofStates || projection.consumesStates))
        this.#failures.set(versionKey(record), { failure, isStored: false });
    }
    void this.look();
  }

  /** What was said of a failure before does not count any more. */
  resumed(of: ProjectionVersion): void {
    this.#failures.delete(versionKey(of));
  }
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
