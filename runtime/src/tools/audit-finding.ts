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
  | "unreadable";

/** One thing that is wrong with a journal. */
export interface Violation {
  readonly kind: ViolationKind;
  /** A sentence that says what, and where. */
  readonly text: string;
  /** The same for programs: shard, position, entity, entityId, revision. */
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
