import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { Append, AppendResult, EventStore, ProjectedResult } from "../journal/event-store.ts";
import type { HeadCheck } from "../journal/head-checks.ts";
import type { JournalReaders } from "../journal/journal-readers.ts";
import type { Lane } from "../journal/lane.ts";
import type { Lanes } from "../journal/lanes.ts";
import type { StateChange, StateChangeResult, StateStore } from "../journal/state-store.ts";
import type { Stream } from "../stream/stream.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { DecisionLimits } from "./conclusion.ts";
import type { PendingCommand } from "./pending-command.ts";
import type { SnapshotKeeper } from "./snapshot-keeper.ts";
import type { Supervisor } from "./supervisor.ts";

/** Where ids come from: of commands, and those that handlers ask for. */
export interface IdGenerator {
  /** A new id; never the same twice. */
  newId(): string;
}

/**
 * Where an engine writes what an operator should know. Facts are for programs: `code`, `entity`, `entityId`,
 * `commandId`, `correlationId` and `traceId` where they are known, and the error itself as `failure`.
 */
export interface Logger {
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** What went as it should: that the engine has started, and has stopped. Default: that is not written. */
  info?(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** Limits of an entity, each with its own error. */
export interface EntityLimits extends DecisionLimits {
  /** Commands of one entity that may wait to be decided or to be stored. */
  readonly maxMailbox: number;
}

/** How many commands were given to entities so far: it tells which of them was used last. */
export interface Usage {
  commands: number;
}

/** What the entities of one kind share: made by the engine. */
export interface EntityHost {
  readonly events: EventStore;
  readonly states: StateStore | undefined;
  /** Undefined where the store has no snapshots. */
  readonly snapshots: SnapshotKeeper | undefined;
  /** Who still has to read what retention would remove. */
  readonly readers: JournalReaders;
  readonly appends: Lanes<Append, ProjectedResult>;
  readonly changes: Lane<StateChange, StateChangeResult> | undefined;
  /** Where it is asked whether entities are still at their revisions. */
  readonly checks: Lane<HeadCheck, AppendResult>;
  /** Whether what stores nothing is answered only after such a check. */
  readonly verifies: () => boolean;
  readonly stream: Stream;
  readonly limits: EntityLimits;
  readonly timing: Timing;
  readonly newId: () => string;
  readonly usage: Usage;
  readonly supervisor: Supervisor;
  /** Revisions up to which the live stream knows entities that went out of memory, by their ids. */
  readonly watermarks: Map<string, number>;
  /** Forgets an entity that has nothing under way. */
  leave(entityId: string): void;
  readonly telemetry: Telemetry | undefined;
  /** A failure that an operator should see, beside the caller. `command`: the one that it befell. */
  report(failure: EgoError, command?: PendingCommand): void;
}
