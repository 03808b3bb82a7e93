// What `@ego/runtime/tools` exports, as far as it is used here: this package is compiled without it.
import type { NamedStore } from "../project/store-at.ts";

/** See `@ego/runtime/tools`. A store is an open one; entities are its `EntityTable`. */
export interface JournalTools {
  eventViewer(entities: readonly never[], sensitive: boolean): (stored: never) => ShownEvent;
  storedHistory(events: never, entity: string, id: string, until: Until): AsyncIterable<readonly StoredEvent[]>;
  entityState(implementation: never, id: string, store: never, until: Until, sensitive: boolean): Promise<ShownState>;
  stateVersions(store: never, entity: string, id: string, limit: number): Promise<readonly ShownVersion[]>;
  followJournal(events: never, options: FollowOptions): AsyncIterable<readonly StoredEvent[]>;
  auditJournal(events: never, options: AuditOptions): AsyncGenerator<AuditStep, AuditReport>;
}

/** A store that is open, to be handed to the tools. */
export interface OpenStore extends NamedStore {
  readonly events: object;
  readonly states?: object;
  readonly projections?: object;
}

/** See `JournalEvent` of `@ego/runtime`. */
export interface StoredEvent {
  readonly entityType: string;
}

/** How far a history is looked at: up to a revision, or a time in epoch milliseconds, included. */
export interface Until {
  readonly revision?: number | undefined;
  readonly time?: number | undefined;
}

/** See `FollowOptions` of `@ego/runtime/tools`. */
export interface FollowOptions {
  readonly from: "start" | "now";
  readonly stop: AbortSignal;
  readonly report: (failure: Error) => void;
}

/** See `Metadata` of `@ego/runtime`. */
export type Metadata = Readonly<Record<string, string | undefined>>;

/** See `ShownEvent` of `@ego/runtime/tools`. */
export interface ShownEvent {
  readonly entity: string;
  readonly entityId: string;
  readonly revision: number;
  readonly shard: number;
  readonly position: number;
  readonly recordedAt: number;
  readonly type: string;
  readonly message: string | undefined;
  readonly commandId: string;
  readonly metadata: Metadata | undefined;
  readonly payload: ShownPayload;
}

/** See `ShownPayload` of `@ego/runtime/tools`. */
export type ShownPayload =
  | { readonly kind: "json"; readonly json: unknown }
  | { readonly kind: "removed" }
  | { readonly kind: "unknown"; readonly bytes: number }
  | { readonly kind: "broken"; readonly bytes: number; readonly why: string };

/** See `ShownState` of `@ego/runtime/tools`. */
export interface ShownState {
  readonly revision: number;
  readonly state?: unknown;
}

/** See `ShownVersion` of `@ego/runtime/tools`. */
export interface ShownVersion {
  readonly revision: number;
  readonly recordedAt: number;
  readonly commandId: string;
  readonly metadata: Metadata | undefined;
}

/** See `AuditOptions` of `@ego/runtime/tools`. */
export interface AuditOptions {
  readonly tables?: readonly never[] | undefined;
  readonly projections?: never;
  readonly states?: never;
}

/** See `AuditStep` of `@ego/runtime/tools`. */
export type AuditStep =
  | {
      readonly kind: "progress";
      readonly progress: { readonly shard: number; readonly shards: number; readonly events: number };
    }
  | { readonly kind: "violation"; readonly violation: Violation };

/** See `Violation` of `@ego/runtime/tools`. */
export interface Violation {
  readonly kind: string;
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** See `AuditReport` of `@ego/runtime/tools`. */
export interface AuditReport {
  readonly shards: number;
  readonly events: number;
  readonly entities: number;
  readonly violations: number;
  readonly unknownTypes: readonly UnknownType[] | undefined;
}

/** See `UnknownType` of `@ego/runtime/tools`. */
export interface UnknownType {
  readonly entity: string;
  readonly type: string;
  readonly events: number;
  readonly shard: number;
  readonly position: number;
}
