import type { ShardPosition } from "../journal/event-store.ts";
import type { PartLease, ProjectionVersion } from "../journal/projection-store.ts";
import type { Violation } from "./audit-finding.ts";

/** Shards from one to another, included. */
export interface ShardRange {
  readonly from: number;
  readonly to: number;
}

export function offsetBeyondHead(of: ProjectionVersion, { shard, position }: ShardPosition, head: number): Violation {
  const text = `${nameOf(of)} is at position ${position} of shard ${shard}, which ends at ${head}`;
  return { kind: "offset_beyond_head", text, details: { ...detailsOf(of), shard, position, head } };
}

export function missingOffsets(of: ProjectionVersion, range: ShardRange): Violation {
  const text = `${nameOf(of)} has no offset of ${shardsText(range)}: it does not read ${isOne(range) ? "it" : "them"}`;
  return { kind: "missing_offsets", text, details: { ...detailsOf(of), ...range } };
}

/** @param range shards that the journal does not have; undefined if the version is not there */
export function strayOffsets(of: ProjectionVersion, range: ShardRange | undefined): Violation {
  const why = range ? `of ${shardsText(range)}, which the journal does not have` : "and is not there";
  const text = `${nameOf(of)} has offsets ${why}`;
  return { kind: "stray_offsets", text, details: { ...detailsOf(of), ...range } };
}

export function severalLiveVersions(projection: string, versions: readonly number[]): Violation {
  const text = `projection ${JSON.stringify(projection)} has ${versions.length} live versions: ${versions.join(", ")}`;
  return { kind: "several_live_versions", text, details: { projection, versions: versions.map(String) } };
}

/** @param parts how many the version has; undefined if it is not there */
export function strayLease(lease: PartLease, parts: number | undefined): Violation {
  const { part, owner } = lease;
  const held = owner === undefined ? "is free" : `is with ${JSON.stringify(owner)}`;
  const why = parts === undefined ? "that version is not there" : `that version has ${parts}, from 0 on`;
  const text = `part ${part} of ${nameOf(lease)} ${held}, and ${why}`;
  return {
    kind: "stray_lease",
    text,
    details: { ...detailsOf(lease), part, ...(owner === undefined ? {} : { owner }) },
  };
}

function nameOf({ name, version }: ProjectionVersion): string {
  return `version ${version} of projection ${JSON.stringify(name)}`;
}

function detailsOf({ name, version }: ProjectionVersion) {
  return { projection: name, version };
}

function shardsText(range: ShardRange): string {
  return isOne(range) ? `shard ${range.from}` : `shards ${range.from} to ${range.to}`;
}

function isOne({ from, to }: ShardRange): boolean {
  return from === to;
}
