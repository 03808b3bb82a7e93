import type { StoredEvent } from "../journal/event-store.ts";
import type { StateStore } from "../journal/state-store.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import type { EntityHost } from "./host.ts";
import { recordedEventOf, recordedStateOf } from "./recorded.ts";
import { readState, replay, type Version } from "./recover.ts";

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
  /** The last revision that the live stream knows of; undefined until the entity was read. */
  #published: number | undefined;

  constructor(entity: CompiledEntity, id: string, host: EntityHost) {
    this.#entity = entity;
    this.#id = id;
    this.#host = host;
    if (host.watermarks.size > 0) this.#published = host.watermarks.get(id);
  }

  /** The entity as it is stored. */
  async read(): Promise<Version> {
    const { events, states } = this.#host;
    const version =
      this.#entity.table.kind === "durable" && states
        ? await this.#readState(states)
        : await replay(this.#entity, this.#id, events, (stored, commandId) => this.#publishMissed(stored, commandId));
    this.#published = version.revision;
    if (this.#host.watermarks.size > 0) this.#host.watermarks.delete(this.#id);
    return version;
  }

  /** An event-sourced entity as it was at a revision. */
  readAt(revision: number): Promise<Version> {
    return replay(this.#entity, this.#id, this.#host.events, () => {}, revision);
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
