import type { Clock } from "../clock/clock.ts";
import type { Entity, Implementation } from "../codegen/entity.ts";
import type { EntityLimits, IdGenerator, Logger } from "../entity/host.ts";
import type { LaneLimits } from "../journal/lane.ts";
import type { Store } from "../journal/store.ts";
import type { AnyProjection } from "../projection/projection.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** Whatever entity it is. */
export type AnyEntity = Entity<unknown, unknown, unknown, unknown, unknown>;
/** Whatever entity with its behavior it is. */
export type AnyImplementation = Implementation<unknown, unknown, unknown, unknown, unknown>;

/** Limits of an engine. Each is checked before anything is stored, and has its own error. */
export interface Limits extends EntityLimits {
  /** Commands under way in the engine; one more is answered `unavailable`. */
  readonly maxCommands: number;
  /** Bytes of the metadata that comes with a command. */
  readonly maxMetadataBytes: number;
  /**
   * Entities in memory. Beyond it those that were used least lately are taken out, unless they have a command under way,
   * a sixteenth of this number at a time.
   */
  readonly maxActive: number;
  /**
   * Milliseconds for one call of the store, of a transaction or a page of a read. What takes longer is `unavailable`, and
   * it is not known whether it was stored.
   */
  readonly storeTimeoutMs: number;
  /** How much goes into one transaction. */
  readonly transaction: LaneLimits;
}

/** What an engine is made of. */
export interface EngineOptions {
  /** Where everything is stored. */
  readonly store: Store;
  /** The entities, each with its behavior. */
  readonly entities: readonly AnyImplementation[];
  /** Read models with their projections, and projections of your own. Default: none. */
  readonly projections?: readonly AnyProjection[];
  readonly limits?: Partial<Limits>;
  /**
   * Whether other engines write to the journal: then what stores nothing (a state, a rejection, a no-op, a failure) is
   * answered only if the entity is still at the revision that it was decided on; otherwise it is read, and the command
   * decided again. It costs a look at the store for each batch of such answers. Default: false.
   */
  readonly shared?: boolean;
  /**
   * Whether methods of behaviors fail that change what they must not and that is not frozen anyway: an event that an applier
   * or an upcaster is given, and bytes. It costs a copy of the state for each event. Default: whether the environment has
   * `EGO_DEV=1`, as what `ego dev` runs; otherwise false, and costs nothing.
   */
  readonly strict?: boolean;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: random UUIDs. */
  readonly ids?: IdGenerator;
  /** Default: standard error. */
  readonly logger?: Logger;
  /** Traces and metrics, as `otel()` of `@ego/runtime/otel`. Default: none, at no cost. */
  readonly telemetry?: Telemetry;
}

/** The limits of an engine that says nothing else. */
export const defaultLimits: Limits = {
  maxActive: 100_000,
  maxCommands: 100_000,
  maxMailbox: 10_000,
  maxMetadataBytes: 8 * 1024,
  maxPayloadBytes: 1024 * 1024,
  maxEventsPerCommand: 1_000,
  storeTimeoutMs: 30_000,
  transaction: { maxEntries: 1_000, maxBytes: 8 * 1024 * 1024 },
};
