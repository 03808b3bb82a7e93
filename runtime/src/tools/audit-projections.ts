import type {
  PartLease,
  ProjectionRecord,
  ProjectionStore,
  ProjectionVersion,
  StoredOffset,
} from "../journal/projection-store.ts";
import type { Violation } from "./audit-finding.ts";
import {
  missingOffsets,
  offsetBeyondHead,
  type ShardRange,
  severalLiveVersions,
  strayLease,
  strayOffsets,
} from "./projection-violations.ts";

/** How far projections were at one time. */
export interface ProjectionsProgress {
  readonly projections: readonly ProjectionRecord[];
  readonly offsets: readonly StoredOffset[];
  readonly leases: readonly PartLease[];
}

/** Where a journal ends: by shard. */
export interface JournalEnds {
  readonly events: readonly number[];
  readonly versions: readonly number[];
}

/** Reads how far all versions of all projections are. */
export async function progressOf(store: ProjectionStore): Promise<ProjectionsProgress> {
  const { projections, leases } = await store.view(0);
  if (store.storedOffsets) return { projections, leases, offsets: await store.storedOffsets() };
  const offsets: StoredOffset[] = [];
  for (const { name, version } of projections) {
    const positions = (await store.offsets({ name, version })) ?? [];
    offsets.push(...positions.map((position, shard) => ({ name, version, shard, position })));
  }
  return { projections, leases, offsets };
}

/**
 * What is wrong with the offsets and leases of projections. Versions that came or went meanwhile are left out.
 *
 * @param progress what was read before the heads
 * @param ends the last position of each shard of events, and of each of versions of durable states
 */
export async function auditProjections(
  store: ProjectionStore,
  { projections, offsets, leases }: ProjectionsProgress,
  ends: JournalEnds,
): Promise<readonly Violation[]> {
  const before = new Map(projections.map((record) => [keyOf(record), record]));
  const after = new Map((await store.list()).map((record) => [keyOf(record), record]));
  const byVersion = Map.groupBy(offsets, keyOf);
  return [
    ...[...before].flatMap(([key, record]) => {
      const stays = after.get(key)?.begunAt === record.begunAt;
      return stays ? ofVersion(record, byVersion.get(key) ?? [], ends) : [];
    }),
    ...severalLive(projections),
    ...[...byVersion].flatMap(([key, [offset]]) =>
      offset === undefined || before.has(key) || after.has(key) ? [] : [strayOffsets(offset, undefined)],
    ),
    ...leases.flatMap((lease) => {
      const record = before.get(keyOf(lease)) ?? after.get(keyOf(lease));
      return record && lease.part < record.parts ? [] : [strayLease(lease, record?.parts)];
    }),
  ];
}

function ofVersion(
  record: ProjectionVersion,
  offsets: readonly StoredOffset[],
  { events, versions }: JournalEnds,
): readonly Violation[] {
  // Of versions those alone have offsets that consume them: then of all shards, but for what is missing.
  const ofVersions = offsets.filter(({ shard }) => shard >= events.length && shard < events.length + versions.length);
  const consumesStates = ofVersions.length > versions.length / 2;
  const heads = consumesStates ? [...events, ...versions] : events;
  const positions = new Map(offsets.map(({ shard, position }) => [shard, position]));
  const missing = rangesOf([...heads.keys()].filter((shard) => !positions.has(shard)));
  const stray = rangesOf([...positions.keys()].filter((shard) => shard >= heads.length).sort((a, b) => a - b));
  return [
    ...missing.map((range) => missingOffsets(record, range)),
    ...stray.map((range) => strayOffsets(record, range)),
    ...heads.flatMap((head, shard) => {
      const position = positions.get(shard) ?? 0;
      return position > head ? [offsetBeyondHead(record, { shard, position }, head)] : [];
    }),
  ];
}

function severalLive(projections: readonly ProjectionRecord[]): readonly Violation[] {
  const live = Map.groupBy(
    projections.filter(({ role }) => role === "live"),
    ({ name }) => name,
  );
  return [...live].flatMap(([name, records]) =>
    records.length > 1
      ? [
          severalLiveVersions(
            name,
            records.map(({ version }) => version),
          ),
        ]
      : [],
  );
}

/** Ascending numbers as ranges. */
function rangesOf(shards: readonly number[]): readonly ShardRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const shard of shards) {
    const last = ranges.at(-1);
    if (last?.to === shard - 1) last.to = shard;
    else ranges.push({ from: shard, to: shard });
  }
  return ranges;
}

function keyOf({ name, version }: ProjectionVersion): string {
  return JSON.stringify([name, version]);
}
