import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { Snapshot, SnapshotStore } from "../journal/snapshot-store.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import type { EntityHost } from "./host.ts";

/** What a replay goes on from. */
export interface Base {
  /** May be changed: it is nobody else's. */
  readonly state: Message;
  readonly revision: number;
}

/** The stored snapshots of one entity. */
export class EntitySnapshots {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #store: SnapshotStore;
  readonly #report: EntityHost["report"];

  constructor(entity: CompiledEntity, id: string, store: SnapshotStore, report: EntityHost["report"]) {
    this.#entity = entity;
    this.#id = id;
    this.#store = store;
    this.#report = report;
  }

  /**
   * The newest state that can be used from one revision to another: of this schema, or else of one that is accepted.
   * What cannot be decoded is reported and passed over.
   */
  async newest(to: number, from = 1): Promise<Base | undefined> {
    const { stateHash, tuning } = this.#entity;
    for (const hash of [stateHash, ...(tuning.acceptSnapshots ?? [])]) {
      const found = await this.#newestOf(hash, to);
      if (found && found.revision >= from) return found;
    }
    return undefined;
  }

  /** The newest state of this schema up to a revision. */
  newestOwn(to: number): Promise<Base | undefined> {
    return this.#newestOf(this.#entity.stateHash, to);
  }

  /** Removes the snapshots before a revision. */
  removeBefore(revision: number): Promise<void> {
    return this.#store.delete(this.#entity.name, this.#id, { to: revision - 1 });
  }

  /** Removes the snapshots behind a revision, whatever their schema. */
  removeBehind(revision: number): Promise<void> {
    return this.#store.delete(this.#entity.name, this.#id, { from: revision + 1 });
  }

  /** That events are gone without a snapshot that could stand for them. */
  async gone(): Promise<EgoError> {
    const found = await this.#store.load(this.#entity.name, this.#id);
    return goneEvents(this.#entity, this.#id, found);
  }

  async #newestOf(schemaHash: string, to: number): Promise<Base | undefined> {
    for (let upTo = to; ; ) {
      const found = await this.#store.load(this.#entity.name, this.#id, { to: upTo, schemaHash });
      if (!found) return undefined;
      try {
        return { state: fromBinary(this.#entity.state.descriptor, found.payload) as Message, revision: found.revision };
      } catch (cause) {
        this.#report(undecodable(this.#entity, found, cause));
      }
      upTo = found.revision - 1;
    }
  }
}

/** That events were removed by retention, and cannot be done without. */
export function goneEvents(entity: CompiledEntity, entityId: string, newest: Snapshot | undefined): EgoError {
  const { name, stateHash } = entity;
  const what = `${name} ${JSON.stringify(entityId)} cannot be read: retention removed its first events, and there is no snapshot behind them that this program can use`;
  const details = { entity: name, entityId, schemaHash: stateHash };
  if (!newest) {
    return new EgoError("data_loss", `${what}. Restore its snapshots from a backup.`, { details });
  }
  const other = newest.schemaHash;
  if (other === stateHash) {
    return new EgoError(
      "data_loss",
      `${what}: that of revision ${newest.revision} is too old, or damaged. Restore its snapshots from a backup.`,
      { details },
    );
  }
  return new EgoError(
    "data_loss",
    `${what}: that of revision ${newest.revision} has the hash ${other}, and this program makes those of ${stateHash}, since the schema of the state is another one, or its stateVersion. Start the program that made it; or, if its states can be used as they are, say so by acceptSnapshots: ["${other}"].`,
    { details: { ...details, found: other, foundRevision: newest.revision } },
  );
}

function undecodable(entity: CompiledEntity, { entityId, revision }: Snapshot, cause: unknown): EgoError {
  return new EgoError(
    "data_loss",
    `The snapshot of ${entity.name} ${JSON.stringify(entityId)} at revision ${revision} cannot be decoded as ${entity.state.descriptor.typeName}, and is passed over: ${textOf(cause)}`,
    { cause, details: { entity: entity.name, entityId, revision } },
  );
}
