import type { ProjectionStore, Store } from "@ego/runtime";

/** How a store does the transactions of projections. */
export type Advance = ProjectionStore["advance"];

/** A store that does the transactions of its projections in another way, and all else as before. */
export function withAdvance(store: Store, change: (advance: Advance) => Advance): Store {
  const { projections } = store;
  if (!projections) throw new Error("a store with projections is needed");
  return Object.create(store, {
    projections: { enumerable: true, value: { ...projections, advance: change(projections.advance) } },
  });
}
