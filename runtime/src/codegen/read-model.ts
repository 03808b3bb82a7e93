import type { Fields, Schema } from "./message.ts";
import type { Metadata } from "./metadata.ts";
import type { ProjectionTuning } from "./projection-tuning.ts";
import { checkSeam } from "./seam.ts";
import type { TableData } from "./table.ts";

/** What a method of a projection is given besides the event. */
export interface ProjectionContext<Row, Key, Tx> {
  /** The transaction in which the offset is written too: what is done in it is done exactly once. */
  readonly tx: Tx;
  /** The entity that the event is of. */
  readonly entityId: string;
  /** Which event, or version, of the entity it is; the first is 1. */
  readonly revision: number;
  /** Position of the event in the entity's shard. */
  readonly position: number;
  /** When it was stored. */
  readonly recordedAt: Date;
  /** What came with the command that caused it. */
  readonly metadata: Metadata;
  /**
   * The name of the table that is filled: that of the read model, or another one beside it while the read model is built
   * anew. For plain queries: `tx.updateTable(table as "balances")`.
   */
  readonly table: string;
  /** The row of a key, whether there is one yet or not. */
  rowOf(key: Key): RowOf<Row>;
}

/** What a method of a projection is given if the key of a row follows from the event, by the rule of `ReadModelTable`. */
export interface RowContext<Row, Key, Tx> extends ProjectionContext<Row, Key, Tx> {
  /** The row of the event's key. */
  readonly row: RowOf<Row>;
}

/**
 * One row of a read model, bound to its key. Each method is one statement in the transaction of the event; nothing is
 * read before it is written. Await it, or return it: it resolves when the statement is on its way, in order with those of
 * `tx`, and what the database says against it is a failure of the event.
 */
export interface RowOf<Row> {
  /** Inserts the row, or changes these fields of it. */
  upsert(fields: Fields<Row>): Promise<void>;
  /** Adds to numbers in the database: `balance = balance + 10`. What is not set, and what has no row yet, counts as 0. */
  increment(numbers: Increments<Row>): Promise<void>;
  /** Deletes the row, if there is one. */
  remove(): Promise<void>;
}

/** What can be added to the fields of a row: those that are numbers. */
export type Increments<Row> = {
  readonly [K in keyof Row as NonNullable<Row[K]> extends number | bigint ? K : never]?: NonNullable<Row[K]>;
};

/**
 * A method of a projection: what an event, or a version of a durable state, does to the read model. The return type is
 * `Promise<void>`, neither `void` nor `undefined`, so that a write that is neither returned nor awaited is a compile
 * error in a method that is not `async`; so is, in every method, a query that is returned before `execute()`. An event
 * that changes nothing is `async () => {}`.
 *
 * ```ts
 * accountOpened: ({ ownerEmail }, { row }) => row.upsert({ ownerEmail }),
 * ```
 */
export type Project<Event, Context> = (event: Event, context: Context) => Promise<void>;

/** What a method of a projection consumes as data: the name of an entity, and a message of it. */
export type ConsumedRow = readonly [entity: string, message: Schema];

/**
 * A read model as data.
 *
 * The row that an event is about, and `row` of its method, follow from these two by one rule. Each field of the table's
 * key is the field of the event that has its local name, if both have one type; if the event has no field of that name,
 * and the key is this one field, and the entity's id has its name and type, it is the entity's id. A version of a
 * durable state has no fields for that, since a removed one is null: there, it is the entity's id or nothing. If a field
 * of the key is not found so, the method has no `row`, only `rowOf`.
 */
export interface ReadModelTable {
  readonly seam: number;
  /** The name of the read model: its offsets are stored under it. */
  readonly name: string;
  readonly table: TableData;
  /** What each method for an event consumes. */
  readonly events?: Readonly<Record<string, ConsumedRow>>;
  /** What each method for the versions of a durable state consumes; it gets null for one that was removed. */
  readonly states?: Readonly<Record<string, ConsumedRow>>;
}

/** A read model: its table, and the place to give it a projection, of which generated code knows the type. */
export interface ReadModel {
  readonly table: ReadModelTable;
  /** Gives the read model its projection. */
  implement(projection: object, tuning?: ProjectionTuning): ProjectionImplementation;
}

/** A read model with its projection. */
export interface ProjectionImplementation {
  readonly readModel: ReadModel;
  /** One method per event and per durable state that the read model consumes. */
  readonly projection: object;
  readonly tuning: ProjectionTuning;
}

/**
 * Makes a read model of its table. For generated code.
 *
 * @throws EgoError `unsupported` if the table was printed for another version of the seam.
 */
export function readModel(table: ReadModelTable): ReadModel {
  checkSeam(table);
  const made: ReadModel = { table, implement: (projection, tuning = {}) => ({ readModel: made, projection, tuning }) };
  return made;
}
