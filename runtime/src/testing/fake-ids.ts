import type { IdGenerator } from "../entity/host.ts";

/** Ids that a test can tell beforehand. */
export interface FakeIds extends IdGenerator {
  /** Those that were given, in order. */
  readonly given: readonly string[];
}

/**
 * Makes a generator of the ids `id-1`, `id-2`, …
 *
 * @param prefix what stands before the number; default: `id`
 */
export function fakeIds(prefix = "id"): FakeIds {
  const given: string[] = [];
  return {
    given,
    newId() {
      const id = `${prefix}-${given.length + 1}`;
      given.push(id);
      return id;
    },
  };
}
