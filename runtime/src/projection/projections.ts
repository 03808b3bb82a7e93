import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { JournalReader } from "../journal/journal-readers.ts";
import type { ProjectionRecord, ProjectionVersion, ProjectionView } from "../journal/projection-store.ts";
import { Retrying } from "../journal/retrying.ts";
import type { ProjectionReading } from "../telemetry/telemetry.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import { InlineProjections, type InlineVersion } from "./inline-projections.ts";
import { JournalFeeds } from "./journal-feeds.ts";
import { nodeName } from "./node-name.ts";
import type { PartRunner } from "./part-runner.ts";
import { type Part, sharesOf } from "./part-shares.ts";
import { ProjectionFailures } from "./projection-failures.ts";
import type { ProjectionHealth } from "./projection-health.ts";
import { addFirst, completeVersion } from "./projection-versions.ts";
import type { ProjectionsHost } from "./projections-host.ts";
import { RunningParts } from "./running-parts.ts";
import { SlowestOffsets } from "./slowest-offsets.ts";
import { Waiters } from "./waiters.ts";

/** A node says so often that it is there, and finds then what the operator wants. */
export const heartbeatMs = 3_000;
/** A node that has not said so for that long is taken for gone. */
const leaseMs = 10_000;

/** The projections of an engine: which parts of them this node runs, and how they are. */
export class Projections implements JournalReader {
  readonly name = "the projections";
  readonly host: ProjectionsHost;
  readonly node: ReturnType<typeof nodeName>;
  readonly #compiled = new Map<string, CompiledProjection>();
  readonly #feeds: JournalFeeds;
  readonly #parts: RunningParts;
  readonly #failures: ProjectionFailures;
  readonly #slowest: SlowestOffsets;
  readonly #waiters: Waiters;
  readonly #retrying: Retrying;
  readonly #leave: () => void;
  #records: readonly ProjectionRecord[] = [];
  #inline: InlineProjections | undefined;
  #round: Promise<void> = Promise.resolve();
  #callOff: (() => void) | undefined;
  #stopping = false;

  constructor(host: ProjectionsHost) {
    this.host = host;
    this.node = nodeName(host.unique);
    const { store, events, states, stream, timing, settled, signals, telemetry, report } = host;
    const failed = (failure: EgoError, ofStates: boolean) => this.#journalFailed(failure, ofStates);
    this.#feeds = new JournalFeeds({ events, states, stream, timing, settled, signals, report, failed });
    this.#waiters = new Waiters(timing);
    this.#failures = new ProjectionFailures(store);
    this.#slowest = new SlowestOffsets({ store, timing });
    this.#parts = new RunningParts({
      feeds: this.#feeds,
      store,
      timing,
      telemetry,
      report,
      advanced: () => this.#waiters.wake(),
      buried: (of, event, failure) => this.#buried(of, event, failure),
      failed: (part, failure) => this.#partFailed(part, failure),
    });
    this.#retrying = new Retrying(timing, report);
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
    await this.#complete(projections);
    await this.#feeds.begin(projections.some(({ consumesStates }) => consumesStates));
    for (const projection of projections) this.#compiled.set(projection.name, projection);
    await this.look();
  }

  /** Sees to it that the store has them. */
  async #complete(projections: readonly CompiledProjection[]): Promise<void> {
    const known = await this.host.store.list();
    for (const projection of projections) {
      const versions = known.filter((record) => record.name === projection.name);
      for (const record of versions) await completeVersion(this.host, projection, record);
      if (versions.length === 0) await addFirst(this.host, projection);
    }
  }

  /**
   * The store is another server now, which may have lost commits, of journal and offsets alike: nothing of what was read
   * before is projected from now on. All begins again at what is stored.
   */
  startOver(): void {
    this.#feeds.doubt();
    this.#parts.doubt();
    this.#slowest.forget();
    this.#round = this.#round.then(async () => {
      await this.#parts.stop();
      try {
        await this.#retrying.until(() => this.#complete([...this.#compiled.values()]));
      } catch (failure) {
        this.host.report(EgoError.from(failure));
      }
    });
    void this.look();
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
    this.#feeds.deafen();
    this.#retrying.end();
    this.#waiters.wake();
    await this.#round;
    await this.#parts.stop();
    await this.#feeds.end();
    this.#leave();
    const { store, report } = this.host;
    try {
      // What failed just now is to be known to those that come next.
      await this.#failures.keep(this.#records);
      // They would wait for the end of the leases: no more than that.
      if (this.#compiled.size > 0) await store.release(this.node.text);
    } catch (failure) {
      report(EgoError.from(failure));
    }
    this.node[Symbol.dispose]();
  }

  /** The parts of a version that this node runs. */
  runnersOf(of: ProjectionVersion): readonly PartRunner[] {
    return this.#parts.of(of);
  }

  /** The live version of a projection, as this node last saw it. */
  liveOf(name: string): ProjectionRecord | undefined {
    return this.#records.find((record) => record.name === name && record.role === "live");
  }

  /** Why a version does not run, as far as this node knows; undefined if it does. */
  restsSince(of: ProjectionVersion): string | undefined {
    const record = this.#records.find(({ name, version }) => name === of.name && version === of.version);
    return this.#failures.messageOf(of, record) ?? (record?.wanted === "paused" ? "it is paused" : undefined);
  }

  /** How those are that this engine has handlers for; asks no store. */
  get health(): readonly ProjectionHealth[] {
    return [...this.#compiled.keys()].flatMap((name) => {
      const record = this.liveOf(name);
      if (!record) return [];
      const failure = this.#failures.messageOf(record, record);
      const status = failure !== undefined ? "failed" : record.wanted;
      return { name, version: record.version, status, failure };
    });
  }

  /** How far the versions are of which parts run here; asks no store. */
  get readings(): readonly ProjectionReading[] {
    return this.#parts.readings;
  }

  /** Resolves at the next move of an offset, or after a time. */
  moved(ms: number): Promise<void> {
    return this.#waiters.wait(ms);
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** The position that all versions of all projections have done, whoever runs them: retention waits for them. */
  position(shard: number): Promise<number> {
    return this.#slowest.position(shard);
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
    await this.#failures.seen(view.projections);
    const wanted = view.projections.filter(
      (record) =>
        record.wanted === "running" &&
        record.failure === undefined &&
        this.#compiled.has(record.name) &&
        !this.#failures.has(record),
    );
    const now = timing.now();
    const shares = sharesOf(this.node.text, wanted, view, now, (other) => this.node.isDead(other));
    await this.#parts.keep(shares.keep, wanted);
    if (shares.release.length > 0) await store.release(this.node.text, shares.release);
    for (const part of shares.keep) this.#start(part, wanted);
    for (const { from, ...part } of shares.take) {
      const lease = { ...part, owner: this.node.text, expiresAt: now + leaseMs };
      if (await store.take(lease, from)) this.#start(part, wanted);
    }
    // Whoever waits for a part may have to look elsewhere now, or in vain.
    this.#waiters.wake();
  }

  #start(part: Part, records: readonly ProjectionRecord[]): void {
    const record = records.find(({ name, version }) => name === part.name && version === part.version);
    const projection = this.#compiled.get(part.name);
    if (record && projection) this.#parts.start(part, record, projection);
  }

  #buried({ name }: ProjectionVersion, event: JournalEvent, failure: unknown): void {
    const { entityType: entity, entityId, revision, shard, position } = event;
    const facts = { projection: name, entity, entityId, revision, shard, position, failure };
    this.host.warn(`The projection ${JSON.stringify(name)} passed over an event: ${textOf(failure)}`, facts);
  }

  /** It stops everywhere: other nodes would go on with other shards, and nobody would see that it has stopped. */
  #partFailed(part: Part, failure: EgoError): void {
    this.host.report(failure);
    this.#failures.add(part, failure);
    this.#waiters.wake();
    void this.look();
  }

  /** The journal is not what it was: nobody goes on who reads that part of it. */
  #journalFailed(failure: EgoError, ofStates: boolean): void {
    this.host.report(failure);
    for (const record of this.#records) {
      const projection = this.#compiled.get(record.name);
      if (projection && (!ofStates || projection.consumesStates)) this.#failures.add(record, failure);
    }
    void this.look();
  }

  /** What was said of a failure before does not count any more. */
  resumed(of: ProjectionVersion): void {
    this.#failures.forget(of);
  }
}
