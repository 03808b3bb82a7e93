import type { EgoErrorDetails } from "../error/ego-error.ts";

/** What can be wrong with a journal. */
export type ViolationKind =
  /** A shard lacks the row that an append locks. */
  | "missing_lock"
  /** Positions of a shard have no event. */
  | "missing_positions"
  /** A position of a shard does not follow on the one before it. */
  | "misplaced_position"
  /** An event is in another shard than that of its entity. */
  | "wrong_shard"
  /** Revisions of an entity have no event. */
  | "missing_revisions"
  /** An event of an entity stands behind a later one. */
  | "late_revision"
  /** An entity has two events of one revision. */
  | "repeated_revision"
  /** A command took effect twice. */
  | "repeated_command"
  /** A shard cannot be read any further. */
  | "unreadable"
  /** A projection has done events that are not there. */
  | "offset_beyond_head"
  /** A version of a projection lacks the offsets of shards. */
  | "missing_offsets"
  /** There are offsets that are of no version of a projection, or of no shard. */
  | "stray_offsets"
  /** A projection has more than one live version. */
  | "several_live_versions"
  /** A node has a part of a version that is not there, or a part that the version does not have. */
  | "stray_lease";

/** One thing that is wrong with a journal, or with the projections that read it. */
export interface Violation {
  readonly kind: ViolationKind;
  /** A sentence that says what, and where. */
  readonly text: string;
  /** The same for programs: shard, position, entity, entityId, revision; of a projection: projection, version. */
  readonly details: EgoErrorDetails;
}

/** A stored type that no entity knows. What it was stored for may be gone on purpose: nothing is wrong with the journal. */
export interface UnknownType {
  readonly entity: string;
  readonly type: string;
  readonly events: number;
  /** Where the first one is. */
  readonly shard: number;
  readonly position: number;
}

/** What was found at the end of an audit. */
export interface AuditReport {
  readonly shards: number;
  readonly events: number;
  readonly entities: number;
  readonly violations: number;
  /** Undefined where nobody said which entities there are. */
  readonly unknownTypes: readonly UnknownType[] | undefined;
  /** The last position of each shard. Nobody who reads the journal on can be further. */
  readonly heads: readonly number[];
}
