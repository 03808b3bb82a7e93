import { toBinary } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { storeFailure } from "../journal/store-failure.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import { EntityRetention } from "./entity-retention.ts";
import type { EntityHost } from "./host.ts";
import type { Version } from "./recover.ts";
import type { SnapshotKeeper } from "./snapshot-keeper.ts";

/** Takes the snapshots of one entity, one at a time, and sees to its retention behind them. */
export class SnapshotTaker {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #host: EntityHost;
  readonly #keeper: SnapshotKeeper;
  readonly #every: number;
  readonly #retention: EntityRetention | undefined;
  /** The revision of the newest snapshot that was tried, or found. */
  #newest = 0;
  #busy = false;

  constructor(entity: CompiledEntity, id: string, host: EntityHost, keeper: SnapshotKeeper, every: number) {
    this.#entity = entity;
    this.#id = id;
    this.#host = host;
    this.#keeper = keeper;
    this.#every = every;
    const { retention } = entity.tuning;
    this.#retention = retention && new EntityRetention(entity, id, host, keeper, retention);
  }

  /** Notes that there is a snapshot of a revision. */
  found(revision: number): void {
    this.#newest = Math.max(this.#newest, revision);
  }

  /**
   * Takes a snapshot of a version, which is durable, if it is behind the next multiple of `snapshotEvery`: a command
   * with several events may go over that. What is passed over while one is taken, the next version makes up for.
   */
  consider(version: Version): void {
    const { revision } = version;
    if (this.#busy || Math.floor(revision / this.#every) <= Math.floor(this.#newest / this.#every)) return;
    this.#busy = true;
    // Also should it fail: the next one is due at the next multiple, not at the next command.
    this.#newest = revision;
    this.#keeper.run(async () => {
      try {
        await this.#take(version);
        await this.#retain(revision);
      } finally {
        this.#busy = false;
      }
    });
  }

  async #take({ state, revision }: Version): Promise<void> {
    const { name, stateHash } = this.#entity;
    try {
      const payload = toBinary(this.#entity.state.descriptor, state);
      const recordedAt = this.#host.timing.now();
      const snapshot = { entityType: name, entityId: this.#id, revision, schemaHash: stateHash, payload, recordedAt };
      await this.#keeper.save(snapshot);
    } catch (cause) {
      this.#report(`No snapshot of ${this.#label} at revision ${revision} was stored`, revision, cause);
    }
  }

  async #retain(revision: number): Promise<void> {
    try {
      await this.#retention?.apply(revision);
    } catch (cause) {
      this.#report(`What retention removes of ${this.#label} at revision ${revision} is still there`, revision, cause);
    }
  }

  get #label(): string {
    return `${this.#entity.name} ${JSON.stringify(this.#id)}`;
  }

  #report(what: string, revision: number, cause: unknown): void {
    const { code } = storeFailure(cause);
    const details = { entity: this.#entity.name, entityId: this.#id, revision };
    this.#host.report(new EgoError(code, `${what}: ${textOf(cause)}`, { cause, details }));
  }
}
