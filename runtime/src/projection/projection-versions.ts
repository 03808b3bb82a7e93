import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EventStore, ShardPosition } from "../journal/event-store.ts";
import { parseAllPositions } from "../journal/positions.ts";
import type { ProjectionRecord, ProjectionStore, ProjectionVersion } from "../journal/projection-store.ts";
import { lastPositions } from "../journal/read-shards.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import { positionsAt } from "./lag.ts";

/** Where versions of projections are, and the journal that they read: all that it takes to operate them. */
export interface VersionsHost {
  readonly store: ProjectionStore;
  readonly events: EventStore;
  /**
   * The journal with the shards of durable states behind those of events, for projections that consume such; undefined if
   * the store gives their versions no positions.
   */
  readonly withStates: EventStore | undefined;
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

/** The journal that a projection reads which has offsets of so many shards. */
export function journalOf(
  { events, withStates }: Pick<VersionsHost, "events" | "withStates">,
  shards: number,
): EventStore {
  return withStates && shards > events.shardCount ? withStates : events;
}

/**
 * The journal that a projection reads.
 *
 * @throws EgoError `unsupported` if the store gives versions of durable states no positions, and it consumes some
 */
export function journalFor(
  { events, withStates }: Pick<VersionsHost, "events" | "withStates">,
  { name, consumesStates }: Pick<CompiledProjection, "name" | "consumesStates">,
): EventStore {
  if (!consumesStates) return events;
  if (withStates) return withStates;
  throw new EgoError(
    "unsupported",
    `The projection ${JSON.stringify(name)} consumes a durable state, and the store gives versions of durable states no positions (\`states.readShards\`): nobody could tell which of them it has done.`,
    { details: { projection: name } },
  );
}

/** The versions of a projection, ascending. */
export async function versionsOf(
  store: Pick<ProjectionStore, "list">,
  name: string,
): Promise<readonly ProjectionRecord[]> {
  return (await store.list()).filter((record) => record.name === name);
}

/** @throws EgoError `not_found` if the journal does not have the projection */
export async function liveVersion(store: Pick<ProjectionStore, "list">, name: string): Promise<ProjectionRecord> {
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
  host: VersionsHost,
  projection: Pick<CompiledProjection, "name" | "table" | "life" | "consumesStates">,
  from: "start" | "now" = projection.life.from,
): Promise<void> {
  const { store, events, timing } = host;
  const { name, table, life } = projection;
  const parts = Math.min(life.parts ?? store.parallel, events.shardCount);
  const record = { name, version: 1, role: "live", wanted: "running", failure: undefined, parts } as const;
  const offsets = await positionsFrom(host, journalFor(host, projection), from);
  await store.add({ ...record, begunAt: timing.now() }, offsets, table);
}

/**
 * Sees to it that a version which is there has its table, and offsets of all shards that it reads: those of durable states
 * are missing if it consumed none before.
 */
export async function completeVersion(
  host: VersionsHost,
  projection: Pick<CompiledProjection, "name" | "table" | "life" | "consumesStates">,
  record: ProjectionRecord,
): Promise<void> {
  const { table, life, consumesStates } = projection;
  const offsets = consumesStates ? await positionsFrom(host, journalFor(host, projection), life.from) : [];
  await host.store.add(record, offsets, table);
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
  host: VersionsHost,
  live: ProjectionRecord,
  { shard, position }: ShardPosition,
): Promise<void> {
  const { store, timing } = host;
  const offsets = await store.offsets(live);
  const [event] = await journalOf(host, offsets?.length ?? 0).read(shard, position - 1, 1);
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
  host: VersionsHost,
  live: ProjectionRecord,
  from: NonNullable<RebuildOptions["from"]>,
  table: TableData | undefined,
): Promise<void> {
  const { store, timing } = host;
  const before = await store.offsets(live);
  const offsets = await positionsFrom(host, journalOf(host, before?.length ?? 0), from);
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
  host: VersionsHost,
  { name, table }: Pick<CompiledProjection, "name" | "table">,
): Promise<ProjectionRecord> {
  const { store, timing } = host;
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
  const shards = (await store.offsets(live))?.length ?? 0;
  const offsets = await positionsFrom(host, journalOf(host, shards), "start");
  return store.add({ ...record, begunAt: timing.now() }, offsets, table);
}

/** So close behind the live version, in milliseconds, another one may take its place. */
const closeMs = 1_000;

/**
 * By how many events a version is behind the live one: to be asked again and again until it is none. While events come in, two
 * versions are hardly ever level in all shards at once. So it is none also if a version has done all that the live one had
 * done a second ago, or less.
 */
export function behindLive(
  store: Pick<ProjectionStore, "list" | "offsets">,
  of: ProjectionVersion,
  now: () => number,
): () => Promise<number> {
  let goal: { readonly at: number; readonly offsets: readonly number[] } | undefined;
  return async () => {
    const at = now();
    const live = (await store.offsets(await liveVersion(store, of.name))) ?? [];
    const own = (await store.offsets(of)) ?? [];
    if (goal && missing(own, goal.offsets) === 0) {
      if (at - goal.at <= closeMs) return 0;
      goal = undefined;
    }
    goal ??= { at, offsets: live };
    return missing(own, live);
  };
}

function missing(own: readonly number[], other: readonly number[]): number {
  return other.reduce((sum, position, shard) => sum + Math.max(0, position - (own[shard] ?? 0)), 0);
}

async function positionsFrom(
  { events }: VersionsHost,
  journal: EventStore,
  from: NonNullable<RebuildOptions["from"]>,
): Promise<readonly number[]> {
  if (from instanceof Date) return positionsAt(journal, from.getTime());
  if (from === "start") return Array.from({ length: journal.shardCount }, () => 0);
  if (from === "now") return lastPositions(journal);
  return parseAllPositions(from, events.shardCount).slice(0, journal.shardCount);
}
