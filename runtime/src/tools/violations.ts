import type { EntityName, StoredEvent } from "../journal/event-store.ts";
import type { Violation } from "./audit-finding.ts";
import type { RepeatedCommand } from "./repeated-command.ts";
import type { Misplaced, RevisionGap } from "./shard-revisions.ts";

export function missingLock(shard: number): Violation {
  const text = `shard ${shard} has no lock row: nothing can be stored in it`;
  return { kind: "missing_lock", text, details: { shard } };
}

export function missingPositions(shard: number, from: number, to: number): Violation {
  const text = `shard ${shard} has no ${range("position", from, to)}: ${to + 1} is the next`;
  return { kind: "missing_positions", text, details: { shard, from, to } };
}

export function misplacedPosition(shard: number, last: number, position: number): Violation {
  const text = `shard ${shard} has position ${position} behind position ${last}`;
  return { kind: "misplaced_position", text, details: { shard, position, last } };
}

export function wrongShard(event: StoredEvent, expected: number): Violation {
  const text = `${nameOf(event)} has revision ${event.revision} in another shard than its own, which is ${expected}: ${placeOf(event)}`;
  return { kind: "wrong_shard", text, details: { ...detailsOf(event), expected } };
}

export function misplacedRevision(event: StoredEvent, { kind, last }: Misplaced): Violation {
  const what = kind === "late" ? `behind revision ${last}` : "a second time";
  const text = `${nameOf(event)} has revision ${event.revision} ${what}: ${placeOf(event)}`;
  const details = { ...detailsOf(event), last };
  return { kind: kind === "late" ? "late_revision" : "repeated_revision", text, details };
}

export function missingRevisions(shard: number, gap: RevisionGap): Violation {
  const { entityType: entity, entityId, from, to, position } = gap;
  const text = `${nameOf(gap)} has no ${range("revision", from, to)}: a later one is at position ${position} of shard ${shard}`;
  return { kind: "missing_revisions", text, details: { entity, entityId, from, to, shard, position } };
}

export function repeatedCommand(name: EntityName, repeated: RepeatedCommand): Violation {
  const { commandId, first, second, shard, position } = repeated;
  const text = `${nameOf(name)} has the command ${JSON.stringify(commandId)} twice: with revisions ${first} and ${second}, which is at position ${position} of shard ${shard}`;
  const { entityType: entity, entityId } = name;
  return { kind: "repeated_command", text, details: { entity, entityId, commandId, first, second, shard, position } };
}

export function unreadable(shard: number, position: number, why: string): Violation {
  const text = `shard ${shard} cannot be read any further behind position ${position}: ${why}`;
  return { kind: "unreadable", text, details: { shard, position } };
}

function range(what: string, from: number, to: number): string {
  return from === to ? `${what} ${from}` : `${what}s ${from} to ${to}`;
}

function nameOf({ entityType, entityId }: EntityName): string {
  return `${entityType} ${JSON.stringify(entityId)}`;
}

function placeOf({ shard, position }: StoredEvent): string {
  return `position ${position} of shard ${shard}`;
}

function detailsOf({ entityType: entity, entityId, revision, shard, position }: StoredEvent) {
  return { entity, entityId, revision, shard, position };
}
