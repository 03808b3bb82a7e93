import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EventStore, ShardPosition } from "../journal/event-store.ts";
import { parsePositions } from "../journal/positions.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionVersion } from "../journal/projection-store.ts";
import { lastPositions } from "../journal/read-shards.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import { positionsAt } from "./lag.ts";

/** Where versions of projections are, and the journal that they read: all that it takes to operate them. */
export interface VersionsHost {
  readonly store: ProjectionStore;
  readonly events: EventStore;
  readonly timing: { readonly now: () => number };
}

/** Where a projection is to begin again. */
export interface RebuildOptions {
  /**
   * `"start"`, which empties the table of its read model; the end, `"now"`; positions, as a subscription gives them; or a
   * time: from the first event on that was stored then or later. Default: `"start"`.
   */
  readonly from?: "start" | "now" | Date | (string & Record<never, never>);
}

/** The versions of a projection, ascending. */
export async function versionsOf(store: ProjectionStore, name: string): Promise<readonly ProjectionRecord[]> {
  return (await store.list()).filter((record) => record.name === name);
}

/** @throws EgoError `not_found` if the journal does not have the projection */
export async function liveVersion(store: ProjectionStore, name: string): Promise<ProjectionRecord> {
  const live = (await versionsOf(store, name)).find(({ role }) => role === "live");
  if (live) return live;
  throw new EgoError(
    "not_found",
    `The journal has no projection ${JSON.stringify(name)}: it was removed, or never added.`,
    {
      details: { projection: name },
    },
  );
}

/**
 * The version that a `promote` makes live, one newer than the live one; or that a `rollback` does, the latest of those
 * that are older.
 *
 * @throws EgoError `not_found` if there is none
 */
export async function versionBeside(
  store: ProjectionStore,
  name: string,
  which: "newer" | "older",
): Promise<ProjectionRecord> {
  const versions = await versionsOf(store, name);
  const live = versions.find(({ role }) => role === "live")?.version ?? 0;
  const found = versions.findLast(({ version }) => (which === "newer" ? version > live : version < live));
  if (found) return found;
  const what = which === "newer" ? "to be promoted: begin with `build`" : "from before a `promote`";
  throw new EgoError("not_found", `The projection ${JSON.stringify(name)} has no version ${what}.`, {
    details: { projection: name },
  });
}

/** Adds the first version of a projection, where its tuning says, or where that is overridden. */
export async function addFirst(
  { store, events, timing }: VersionsHost,
  { name, table, life }: Pick<CompiledProjection, "name" | "table" | "life">,
  from: "start" | "now" = life.from,
): Promise<void> {
  const parts = Math.min(life.parts ?? store.parallel, events.shardCount);
  const record = { name, version: 1, role: "live", wanted: "running", failure: undefined, parts } as const;
  await store.add({ ...record, begunAt: timing.now() }, await positionsFrom(events, from), table);
}

/** Lets a version go on that was paused, or has failed: the event that it failed on is tried again. */
export function resume(store: ProjectionStore, of: ProjectionVersion): Promise<boolean> {
  return store.change(of, { wanted: "running", failure: null });
}

/**
 * Makes a dead letter of the event that the live version is at: it goes on behind it when it is resumed.
 *
 * @throws EgoError `conflict` if that is not the next event of its shard
 */
export async function skipEvent(
  { store, events, timing }: VersionsHost,
  live: ProjectionRecord,
  { shard, position }: ShardPosition,
): Promise<void> {
  const [event] = await events.read(shard, position - 1, 1);
  const offsets = await store.offsets(live);
  const at = offsets?.[shard] ?? 0;
  const behind = () =>
    new EgoError(
      "conflict",
      `The projection ${JSON.stringify(live.name)} is at position ${at} of shard ${shard}: the event behind it can be skipped, and not that at ${position}.`,
      { details: { projection: live.name, shard, position } },
    );
  if (event?.position !== position || at !== position - 1) throw behind();
  const { entityType, entityId, revision, type } = event;
  const failure = live.failure ?? "skipped by the operator";
  const letter = { shard, position, entityType, entityId, revision, eventType: type, failure, attempts: 0 };
  const moved = await store.advance(live, [{ shard, from: position - 1, to: position }], ({ bury }) =>
    bury({ ...letter, failedAt: timing.now() }),
  );
  if (!moved) throw behind();
}

/** Begins a version again, in place: from the start its rows are removed first, from anywhere else they stay. */
export async function beginAgain(
  { store, events, timing }: VersionsHost,
  live: ProjectionRecord,
  from: NonNullable<RebuildOptions["from"]>,
  table: TableData | undefined,
): Promise<void> {
  const offsets = await positionsFrom(events, from);
  // Twice within a millisecond, too, it is another time.
  const at = Math.max(timing.now(), live.begunAt + 1);
  await store.reset(live, offsets, from === "start" ? table : undefined, at);
}

/**
 * Begins to build a new version beside the live one, from the start of the journal.
 *
 * @throws EgoError `already_exists` if one is being built, `unsupported` for a projection without a read model
 */
export async function buildBeside(
  { store, events, timing }: VersionsHost,
  { name, table }: Pick<CompiledProjection, "name" | "table">,
): Promise<ProjectionRecord> {
  if (!table) {
    throw new EgoError(
      "unsupported",
      `The projection ${JSON.stringify(name)} has no table of its own that could be built beside the live one. Rebuild it in place.`,
    );
  }
  const records = await versionsOf(store, name);
  const building = records.find(({ role }) => role === "building");
  if (building) {
    throw new EgoError(
      "already_exists",
      `Version ${building.version} of the projection ${JSON.stringify(name)} is being built. Promote it, or discard it.`,
      { details: { projection: name, version: building.version } },
    );
  }
  const live = await liveVersion(store, name);
  const version = Math.max(...records.map((record) => record.version)) + 1;
  const record = { ...live, version, role: "building", wanted: "running", failure: undefined } as const;
  return store.add({ ...record, begunAt: timing.now() }, await positionsFrom(events, "start"), table);
}

/** By how many events a version is behind the live one. */
export async function behindLive(store: ProjectionStore, of: ProjectionVersion): Promise<number> {
  const live = await store.offsets(await liveVersion(store, of.name));
  const own = await store.offsets(of);
  return live?.reduce((sum, position, shard) => sum + Math.max(0, position - (own?.[shard] ?? 0)), 0) ?? 0;
}

async function positionsFrom(
  events: EventStore,
  from: NonNullable<RebuildOptions["from"]>,
): Promise<readonly number[]> {
  if (from instanceof Date) return positionsAt(events, from.getTime());
  if (from === "start") return Array.from({ length: events.shardCount }, () => 0);
  if (from === "now") return lastPositions(events);
  return parsePositions(from, events.shardCount);
}
