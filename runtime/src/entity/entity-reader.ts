import { EgoError } from "../error/ego-error.ts";
import type { StoredEvent } from "../journal/event-store.ts";
import type { StateStore } from "../journal/state-store.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { EntitySnapshots, goneEvents } from "./entity-snapshots.ts";
import type { EntityHost } from "./host.ts";
import { recordedEventOf, recordedStateOf } from "./recorded.ts";
import { readState, recover, type Source, type Version } from "./recover.ts";
import { SnapshotTaker } from "./snapshot-taker.ts";

/** Entities of one kind that went out of memory, and whose readers are told what others write meanwhile. */
const maxWatermarks = 100_000;

/**
 * Reads one entity from the store. What is found there that the live stream was not told of, it is told now: what a
 * batch stored that failed afterwards, or another writer.
 */
export class EntityReader {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #host: EntityHost;
  readonly #taker: SnapshotTaker | undefined;
  /** The last revision that the live stream knows of; undefined until the entity was read. */
  #published: number | undefined;

  constructor(entity: CompiledEntity, id: string, host: EntityHost) {
    this.#entity = entity;
    this.#id = id;
    this.#host = host;
    const { snapshotEvery } = entity.tuning;
    if (host.snapshots && snapshotEvery !== undefined) {
      this.#taker = new SnapshotTaker(entity, id, host, host.snapshots, snapshotEvery);
    }
    if (host.watermarks.size > 0) this.#published = host.watermarks.get(id);
  }

  /** The entity as it is stored. */
  async read(): Promise<Version> {
    const { states } = this.#host;
    const version =
      this.#entity.table.kind === "durable" && states ? await this.#readState(states) : await this.#readEvents();
    this.#published = version.revision;
    if (this.#host.watermarks.size > 0) this.#host.watermarks.delete(this.#id);
    return version;
  }

  /** An event-sourced entity as it was at a revision; undefined if retention removed what it was made of. */
  readAt(revision: number): Promise<Version | undefined> {
    return recover(this.#source(), undefined, { to: revision });
  }

  /** Notes that the caller was told of a version, which is durable: there is time for a snapshot. */
  answered(version: Version): void {
    this.#taker?.consider(version);
  }

  /** Notes what the live stream knows of an entity that goes out of memory, if anybody listens. */
  keepWatermark(): void {
    const { stream, watermarks } = this.#host;
    if (this.#published === undefined || !stream.subscribed) return;
    watermarks.set(this.#id, this.#published);
    if (watermarks.size <= maxWatermarks) return;
    const oldest = watermarks.keys().next();
    if (!oldest.done) watermarks.delete(oldest.value);
  }

  /** Notes that the live stream was told of everything up to a revision. */
  published(revision: number): void {
    this.#published = revision;
  }

  async #readEvents(): Promise<Version> {
    const source = this.#source();
    const published = this.#published;
    // A snapshot must not stand for events that the live stream was not told of.
    const recovered = await (published === undefined
      ? recover(source, undefined)
      : recover(source, (stored, commandId) => this.#publishMissed(stored, commandId), { baseTo: published }));
    if (!recovered) throw (await source.snapshots?.gone()) ?? goneEvents(this.#entity, this.#id, undefined);
    const { base, ...version } = recovered;
    if (published !== undefined && base > published) this.#host.report(this.#missed(published, base));
    this.#taker?.found(base);
    this.#taker?.consider(version);
    return version;
  }

  #source(): Source {
    const { events, snapshots, report } = this.#host;
    const [entity, entityId] = [this.#entity, this.#id];
    return {
      entity,
      entityId,
      events,
      snapshots: snapshots && new EntitySnapshots(entity, entityId, snapshots.store, report),
      report,
    };
  }

  #missed(published: number, base: number): EgoError {
    return new EgoError(
      "data_loss",
      `The live subscribers are not told of what others stored of ${this.#entity.name} ${JSON.stringify(this.#id)} from revision ${published + 1} to ${base}: retention removed it.`,
      { details: { entity: this.#entity.name, entityId: this.#id, revision: base } },
    );
  }

  async #readState(states: StateStore): Promise<Version> {
    const version = await readState(this.#entity, this.#id, states);
    if (this.#published === undefined || version.revision <= this.#published) return version;
    // Of several versions that the stream missed only the last one is there.
    const [receipt] = await states.receipts(this.#entity.name, this.#id, 1);
    if (receipt?.revision === version.revision) {
      this.#host.stream.publish(this.#entity, () => recordedStateOf(this.#entity, this.#id, version, receipt));
    }
    return version;
  }

  #publishMissed(stored: StoredEvent, commandId: string): void {
    if (this.#published === undefined || stored.revision <= this.#published) return;
    this.#host.stream.publish(this.#entity, () => recordedEventOf(this.#entity, stored, commandId));
    // At once: should a later page fail, the next attempt does not tell it again.
    this.#published = stored.revision;
  }
}
