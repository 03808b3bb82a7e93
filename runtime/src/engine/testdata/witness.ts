import type { ProjectionTuning } from "../../codegen/projection-tuning.ts";
import { type CustomProjection, projection } from "../../projection/projection.ts";
import type { RecordedOf } from "../../stream/stream.ts";

/** What a projection is given, in order; a test may have it fail, or wait. */
export class Witness<E extends { readonly table: { readonly name: string } }> {
  readonly seen: RecordedOf<E>[] = [];
  before: (seen: RecordedOf<E>) => Promise<void> | void = () => {};
  readonly #entities: readonly E[];
  readonly #name: string;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(entities: readonly E[], name = "witness") {
    this.#entities = entities;
    this.#name = name;
  }

  projection(tuning: ProjectionTuning = {}): CustomProjection {
    return projection<E>(
      {
        name: this.#name,
        entities: this.#entities,
        handle: async (seen) => {
          await this.before(seen);
          this.seen.push(seen);
          for (const { count, resolve } of this.#watchers) if (this.seen.length >= count) resolve();
        },
      },
      tuning,
    );
  }

  /** Resolves when so much was seen. */
  async has(count: number): Promise<void> {
    if (this.seen.length >= count) return;
    await new Promise<void>((resolve) => this.#watchers.push({ count, resolve }));
  }
}
