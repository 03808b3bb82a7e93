// The only entry that generated code imports: types, and constructors of tables. No engine, no kysely.
export type { Outcome, Rejected, Reply, SendOptions, Sent } from "./client.ts";
export {
  type CommandRow,
  type Entity,
  type EntityTable,
  entity,
  type Implementation,
  type SensitiveRow,
  type StoredRow,
} from "./entity.ts";
export type {
  Apply,
  Change,
  ChangeContext,
  DecideContext,
  Decision,
  HandlerContext,
  Next,
  Nothing,
  Upcast,
} from "./handler.ts";
export type { Fields, Make, Schema } from "./message.ts";
export type { CommandMetadata, Metadata } from "./metadata.ts";
export type { ProjectionTuning } from "./projection-tuning.ts";
export {
  type ConsumedRow,
  type Increments,
  type Project,
  type ProjectionContext,
  type ProjectionImplementation,
  type ReadModel,
  type ReadModelTable,
  type RowContext,
  type RowOf,
  readModel,
} from "./read-model.ts";
export {
  type Action,
  type Delay,
  type Delivery,
  type Saga,
  type SagaContext,
  type SagaImplementation,
  type SagaTable,
  type SendBareTo,
  type SendRow,
  type SendTo,
  type StepOptions,
  type Steps,
  saga,
  type TriggerRow,
  type Undeliverable,
} from "./saga.ts";
export { seam } from "./seam.ts";
export { type IndexRow, type Table, type TableData, table } from "./table.ts";
export type { Duration, Retention, Tuning } from "./tuning.ts";
