import type { ProjectionStore, Store } from "@ego/runtime";

/** How a store does the transactions of projections. */
export type Advance = ProjectionStore["advance"];

/** How a store does those in which events are stored and projected. */
export type AppendInline = NonNullable<ProjectionStore["append"]>;

/** A store that does the transactions of its projections in another way, and all else as before. */
export function withAdvance(store: Store, change: (advance: Advance) => Advance): Store {
  const { projections } = store;
  if (!projections) throw new Error("a store with projections is needed");
  return Object.create(store, {
    projections: { enumerable: true, value: { ...projections, advance: change(projections.advance) } },
  });
}

/** A store that stores and projects inline in another way, and does all else as before. */
export function withAppend(store: Store, change: (append: AppendInline, advance: Advance) => AppendInline): Store {
  const { projections } = store;
  if (!projections?.append) throw new Error("a store with inline projections is needed");
  const append = change(projections.append, projections.advance);
  return Object.create(store, { projections: { enumerable: true, value: { ...projections, append } } });
}
