import type { ProjectionTuning } from "../codegen/projection-tuning.ts";
import type { ProjectionImplementation, RowContext } from "../codegen/read-model.ts";
import type { RecordedEvent, RecordedOf, RecordedState } from "../stream/stream.ts";

/** What the handler of a projection without a read model is given besides the event. */
export interface EventContext<Tx> {
  /** The transaction in which the offset is written too: what is done in it is done exactly once. */
  readonly tx: Tx;
}

/** One event at a time, in order for each entity. */
export type HandleEvent<Event, Tx> = (event: Event, context: EventContext<Tx>) => Promise<void>;

/** Many events at once, those of an entity in order; at most `batchSize` of the tuning. */
export type HandleBatch<Event, Tx> = (events: readonly Event[], context: EventContext<Tx>) => Promise<void>;

/** What a projection without a read model is made of: `handle` or `handleBatch`. */
export type ProjectionParts<E, Tx> = {
  /** The name under which its offsets are stored. */
  readonly name: string;
  /** The entities whose events it gets, or whose versions, if they have a durable state. */
  readonly entities: readonly E[];
} & (
  | { readonly handle: HandleEvent<RecordedOf<E>, Tx>; readonly handleBatch?: never }
  | { readonly handleBatch: HandleBatch<RecordedOf<E>, Tx>; readonly handle?: never }
);

/** A projection without a read model: for tables of your own, or another system. */
export interface CustomProjection {
  readonly name: string;
  /** Names of the entities whose events, or versions, it gets. */
  readonly entities: readonly string[];
  readonly handle: HandleEvent<RecordedEvent | RecordedState, unknown> | undefined;
  readonly handleBatch: HandleBatch<RecordedEvent | RecordedState, unknown> | undefined;
  readonly tuning: ProjectionTuning;
}

/** Whatever projection it is: that of a read model, or one of your own. */
export type AnyProjection = ProjectionImplementation | CustomProjection;

/** The context of a method of a read model, whatever its types. */
export type AnyRowContext = RowContext<object, unknown, unknown>;

/**
 * A projection of your own, for what is no row of a read model: several tables, a search index, a file. With a SQL store
 * `tx` is a Kysely transaction; its type is for you to say.
 *
 * ```ts
 * const statistics = projection<typeof account, Transaction<Database>>({
 *   name: "statistics",
 *   entities: [account],
 *   handle: async ({ name, recordedAt }, { tx }) => { await tx.insertInto("seen").values({ name, at: recordedAt.getTime() }).execute(); },
 * });
 * ```
 *
 * What its handler does outside of `tx` is done at least once: again, if the transaction fails behind it.
 */
export function projection<E extends { readonly table: { readonly name: string } }, Tx = unknown>(
  parts: ProjectionParts<E, Tx>,
  tuning: ProjectionTuning = {},
): CustomProjection {
  const { name, entities, handle, handleBatch } = parts;
  return {
    name,
    entities: entities.map(({ table }) => table.name),
    handle: handle as CustomProjection["handle"],
    handleBatch: handleBatch as CustomProjection["handleBatch"],
    tuning,
  };
}

/** The name of a projection, of which its offsets are stored. */
export function nameOf(given: AnyProjection): string {
  return "readModel" in given ? given.readModel.table.name : given.name;
}
