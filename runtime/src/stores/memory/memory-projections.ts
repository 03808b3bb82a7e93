import { EgoError } from "../../error/ego-error.ts";
import type { ShardPosition } from "../../journal/event-store.ts";
import type {
  DeadLetter,
  PartLease,
  ProjectionRecord,
  ProjectionStore,
  ProjectionTransaction,
  ProjectionVersion,
  ProjectionView,
} from "../../journal/projection-store.ts";
import { versionedTable } from "../../tables/versioned-table.ts";

/** What is kept of a version. */
interface KeptVersion {
  record: ProjectionRecord;
  readonly offsets: number[];
  /** By shard and position. */
  readonly letters: Map<string, DeadLetter>;
  readonly leases: PartLease[];
  /** For each shard, the end of the last transaction that has or awaits it. */
  readonly turns: Promise<void>[];
}

/**
 * Projections in memory. What a handler does is its own, so that the offsets move after it, and events may come again:
 * after a failure in the middle of several.
 */
export function memoryProjections(): ProjectionStore {
  const versions = new Map<string, KeptVersion>();
  const nodes = new Map<string, { readonly until: number; readonly handles: readonly string[] }>();

  const find = (of: ProjectionVersion) => versions.get(keyOf(of));
  const sorted = () => [...versions.values()].sort((a, b) => byVersion(a.record, b.record));

  function viewAt(now: number): ProjectionView {
    const all = sorted();
    const there = [...nodes].filter(([, { until }]) => until >= now);
    return {
      projections: all.map(({ record }) => record),
      leases: all.flatMap(({ leases }) => leases),
      nodes: there.map(([name]) => name).toSorted(),
      handles: new Map(there.map(([name, { handles }]) => [name, handles])),
    };
  }

  /** Works while nobody else has these shards of a version; all of them if not given. */
  async function held<T>(
    version: KeptVersion,
    shards: readonly number[] | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const mine = Promise.withResolvers<void>();
    const before: (Promise<void> | undefined)[] = [];
    // All at once, so that nobody waits in a circle.
    for (const shard of shards ?? version.offsets.keys()) {
      before.push(version.turns[shard]);
      version.turns[shard] = mine.promise;
    }
    try {
      await Promise.all(before);
      return await work();
    } finally {
      mine.resolve();
    }
  }

  /** Does the work, and keeps the letters that it buried, if it comes to its end. */
  async function transact(version: KeptVersion, work: (transaction: ProjectionTransaction) => Promise<void>) {
    const buried: DeadLetter[] = [];
    let over = false;
    const { name, version: number, role } = version.record;
    try {
      await work({
        tx: undefined,
        tableName: (table) => (role === "live" ? table : versionedTable(table, number)).name,
        rows(table) {
          throw noTables(name, table.name);
        },
        async bury(letter) {
          if (over) throw new EgoError("invalid_argument", "The transaction of these events is over: await each call.");
          buried.push({ ...letter });
        },
      });
    } finally {
      over = true;
    }
    for (const letter of buried) version.letters.set(placeOf(letter), letter);
  }

  return {
    exactlyOnce: false,
    parallel: 1,

    async add(record, offsets, table) {
      if (table) throw noTables(record.name, table.name);
      const found = find(record);
      if (found) {
        for (const offset of offsets.slice(found.offsets.length)) found.offsets.push(offset);
        return found.record;
      }
      const { name, version, parts } = record;
      const leases = Array.from({ length: parts }, (_, part) => ({
        name,
        version,
        part,
        owner: undefined,
        expiresAt: 0,
      }));
      const added = { record: { ...record }, offsets: [...offsets], letters: new Map(), leases, turns: [] };
      versions.set(keyOf(record), added);
      return added.record;
    },

    list: async () => sorted().map(({ record }) => record),

    async offsets(of) {
      const found = find(of);
      return found && [...found.offsets];
    },

    async change(of, { wanted, failure }) {
      const found = find(of);
      if (!found) return false;
      found.record = {
        ...found.record,
        ...(wanted === undefined ? {} : { wanted }),
        ...(failure === undefined ? {} : { failure: failure ?? undefined }),
      };
      return true;
    },

    async remove(of) {
      const found = find(of);
      if (found) await held(found, undefined, async () => versions.delete(keyOf(of)));
    },

    async reset(of, offsets, _table, begunAt) {
      const found = find(of);
      if (!found) return false;
      return held(found, undefined, async () => {
        if (find(of) !== found) return false;
        found.offsets.splice(0, found.offsets.length, ...offsets);
        found.letters.clear();
        found.record = { ...found.record, begunAt };
        return true;
      });
    },

    async promote(to) {
      const all = sorted().filter(({ record }) => record.name === to.name);
      const promoted = async (): Promise<boolean> => {
        const target = find(to);
        if (!target || target.record.role === "live") return false;
        for (const version of all) {
          if (version.record.role === "live") version.record = { ...version.record, role: "previous" };
        }
        target.record = { ...target.record, role: "live" };
        return true;
      };
      const waiting = all.reduceRight((work, version) => () => held(version, undefined, work), promoted);
      return waiting();
    },

    async advance(of, moves, work) {
      if (moves.length === 0) throw new EgoError("invalid_argument", "An advance moves at least one offset.");
      const found = find(of);
      if (!found) return false;
      const shards = moves.map(({ shard }) => shard);
      return held(found, shards, async () => {
        if (find(of) !== found || moves.some(({ shard, from }) => found.offsets[shard] !== from)) return false;
        await transact(found, work);
        for (const { shard, to } of moves) found.offsets[shard] = to;
        return true;
      });
    },

    async deadLetters(of, limit, after) {
      const letters = [...(find(of)?.letters.values() ?? [])].sort(byPlace);
      return letters.filter((letter) => after === undefined || byPlace(letter, after) > 0).slice(0, Math.max(limit, 0));
    },

    countDeadLetters: async (of) => find(of)?.letters.size ?? 0,

    async unbury(of, letter, work) {
      const found = find(of);
      if (!found) return false;
      return held(found, [letter.shard], async () => {
        const place = placeOf(letter);
        const kept = found.letters.get(place);
        if (find(of) !== found || !kept) return false;
        found.letters.delete(place);
        try {
          await transact(found, work);
        } catch (failure) {
          found.letters.set(place, kept);
          throw failure;
        }
        return true;
      });
    },

    async heartbeat(node, now, expiresAt, handles) {
      nodes.set(node, { until: expiresAt, handles: [...handles] });
      for (const [name, { until }] of nodes) if (until < now) nodes.delete(name);
      for (const { leases } of versions.values()) {
        for (const [part, lease] of leases.entries()) if (lease.owner === node) leases[part] = { ...lease, expiresAt };
      }
      return viewAt(now);
    },

    view: async (now) => viewAt(now),

    async take(part, from) {
      const leases = find(part)?.leases;
      const lease = leases?.[part.part];
      if (!leases || !lease || (lease.owner !== undefined && lease.owner !== from)) return false;
      leases[part.part] = { ...lease, owner: part.owner, expiresAt: part.expiresAt };
      return true;
    },

    async release(node, parts) {
      for (const { leases } of versions.values()) {
        for (const [at, lease] of leases.entries()) {
          const given = parts === undefined || parts.some((part) => part.part === at && keyOf(part) === keyOf(lease));
          if (given && lease.owner === node) leases[at] = { ...lease, owner: undefined, expiresAt: 0 };
        }
      }
      if (parts === undefined) nodes.delete(node);
    },
  };
}

function keyOf({ name, version }: ProjectionVersion): string {
  return JSON.stringify([name, version]);
}

function placeOf({ shard, position }: ShardPosition): string {
  return `${shard}/${position}`;
}

function byVersion(a: ProjectionVersion, b: ProjectionVersion): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.version - b.version;
}

function byPlace(a: ShardPosition, b: ShardPosition): number {
  return a.shard - b.shard || a.position - b.position;
}

function noTables(projection: string, table: string): EgoError {
  return new EgoError(
    "unsupported",
    `A store in memory has no tables, and the projection "${projection}" fills "${table}": use sqliteStore({ filename: ":memory:" }) of @ego/runtime/sqlite.`,
    { details: { projection, table } },
  );
}
