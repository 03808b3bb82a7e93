import type { EgoError } from "../error/ego-error.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionVersion } from "../journal/projection-store.ts";
import { versionKey } from "./version-key.ts";

/** A failure of a version on this node. */
interface NewFailure {
  readonly failure: EgoError;
  /** Whether the store has it: what is seen there next is what the operator has made of it. */
  isStored: boolean;
}

/** Versions that failed on this node, which the last look at the store did not see. */
export class ProjectionFailures {
  readonly #store: Pick<ProjectionStore, "change">;
  readonly #found = new Map<string, NewFailure>();

  constructor(store: Pick<ProjectionStore, "change">) {
    this.#store = store;
  }

  add(of: ProjectionVersion, failure: EgoError): void {
    this.#found.set(versionKey(of), { failure, isStored: false });
  }

  has(of: ProjectionVersion): boolean {
    return this.#found.has(versionKey(of));
  }

  /** What was said of a version before does not count any more. */
  forget(of: ProjectionVersion): void {
    this.#found.delete(versionKey(of));
  }

  /** Why a version failed; undefined if it did not, as far as this node knows. */
  messageOf(of: ProjectionVersion, record: ProjectionRecord | undefined): string | undefined {
    return this.#found.get(versionKey(of))?.failure.message ?? record?.failure;
  }

  /** The store was looked at: it is told what it does not have, and what it has is its own to say. */
  async seen(records: readonly ProjectionRecord[]): Promise<void> {
    for (const record of records) {
      const found = this.#found.get(versionKey(record));
      if (!found) continue;
      if (record.failure !== undefined || found.isStored) this.forget(record);
      else found.isStored = await this.#store.change(record, { failure: found.failure.message });
    }
  }

  /** Tells the store what it does not have, for those that come next. */
  async keep(records: readonly ProjectionRecord[]): Promise<void> {
    for (const record of records) {
      const found = this.#found.get(versionKey(record));
      if (found && !found.isStored) await this.#store.change(record, { failure: found.failure.message });
    }
  }
}
