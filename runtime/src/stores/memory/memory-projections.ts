import { EgoError } from "../../error/ego-error.ts";
import type { ShardPosition } from "../../journal/event-store.ts";
import type {
  DeadLetter,
  PartLease,
  ProjectionRecord,
  ProjectionStore,
  ProjectionTransaction,
  ProjectionVersion,
} from "../../journal/projection-store.ts";

interface Version {
  record: ProjectionRecord;
  offsets: number[];
  letters: Map<string, DeadLetter>;
  /** What is under way for it is done one after the other. */
  busy: Promise<unknown>;
}

/**
 * Projections in memory: offsets, dead letters, leases. There are no tables, hence no transaction: what a handler does is
 * done at least once.
 */
export function memoryProjections(): ProjectionStore {
  const versions = new Map<string, Version>();
  const leases = new Map<string, PartLease>();
  const nodes = new Map<string, number>();
  const versionOf = ({ name, version }: ProjectionVersion) => versions.get(`${name}\0${version}`);

  /** Does the work alone; letters that it buries are kept if it does not throw. */
  async function alone<T>(
    of: ProjectionVersion,
    work: (version: Version, transaction: ProjectionTransaction) => Promise<T>,
  ): Promise<T | undefined> {
    const version = versionOf(of);
    if (!version) return undefined;
    const buried: DeadLetter[] = [];
    const done = version.busy.then(async () => {
      const answer = await work(version, {
        tx: undefined,
        tableName: ({ name }) => name,
        rows: ({ name }) => {
          throw new EgoError(
            "unsupported",
            `A store in memory has no tables, and the read model "${name}" needs one: use sqliteStore({ filename: ":memory:" }).`,
            { details: { table: name } },
          );
        },
        bury: async (letter) => {
          buried.push(letter);
        },
      });
      for (const letter of buried) version.letters.set(placeOf(letter), letter);
      return answer;
    });
    version.busy = done.catch(() => undefined);
    return done;
  }

  return {
    exactlyOnce: false,
    parallel: 4,

    async add(record, offsets, table) {
      if (table) {
        throw new EgoError(
          "unsupported",
          `A store in memory has no tables, and the read model "${table.name}" needs one: use sqliteStore({ filename: ":memory:" }).`,
          { details: { table: table.name } },
        );
      }
      const there = versionOf(record);
      if (there) return there.record;
      const made = { record, offsets: [...offsets], letters: new Map(), busy: Promise.resolve() };
      versions.set(`${record.name}\0${record.version}`, made);
      return record;
    },
    async list() {
      return [...versions.values()]
        .map(({ record }) => record)
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version));
    },
    offsets: async (of) => versionOf(of)?.offsets.slice(),
    async change(of, { wanted, failure }) {
      const version = versionOf(of);
      if (!version) return false;
      const { record } = version;
      version.record = {
        ...record,
        wanted: wanted ?? record.wanted,
        failure: failure === undefined ? record.failure : (failure ?? undefined),
      };
      return true;
    },
    async remove(of) {
      await alone(of, async () => {
        versions.delete(`${of.name}\0${of.version}`);
        for (const [key, { name, version }] of leases) {
          if (name === of.name && version === of.version) leases.delete(key);
        }
      });
    },
    async reset(of, offsets, _table, begunAt) {
      const done = await alone(of, async (version) => {
        version.offsets = [...offsets];
        version.letters.clear();
        version.record = { ...version.record, begunAt };
        return true;
      });
      return done ?? false;
    },
    async promote(to) {
      const next = versionOf(to);
      if (!next || next.record.role === "live") return false;
      for (const version of versions.values()) {
        if (version.record.name !== to.name || version.record.role !== "live") continue;
        version.record = { ...version.record, role: "previous" };
      }
      next.record = { ...next.record, role: "live" };
      return true;
    },

    async advance(of, moves, work) {
      const done = await alone(of, async ({ offsets }, transaction) => {
        if (!versionOf(of) || moves.some(({ shard, from }) => offsets[shard] !== from)) return false;
        await work(transaction);
        for (const { shard, to } of moves) offsets[shard] = to;
        return true;
      });
      return done ?? false;
    },

    async deadLetters(of, limit, after = { shard: -1, position: 0 }) {
      const letters = [...(versionOf(of)?.letters.values() ?? [])];
      return letters
        .filter(({ shard, position }) => shard > after.shard || (shard === after.shard && position > after.position))
        .sort((a, b) => a.shard - b.shard || a.position - b.position)
        .slice(0, limit);
    },
    countDeadLetters: async (of) => versionOf(of)?.letters.size ?? 0,
    async unbury(of, letter, work) {
      const done = await alone(of, async ({ letters }, transaction) => {
        const key = placeOf(letter);
        if (!letters.has(key)) return false;
        await work(transaction);
        letters.delete(key);
        return true;
      });
      return done ?? false;
    },

    async heartbeat(node, now, expiresAt) {
      nodes.set(node, expiresAt);
      for (const [other, until] of nodes) if (until < now) nodes.delete(other);
      for (const [key, lease] of leases) if (lease.owner === node) leases.set(key, { ...lease, expiresAt });
      return {
        projections: [...versions.values()].map(({ record }) => record),
        leases: [...leases.values()],
        nodes: [...nodes.keys()],
      };
    },
    async take(part, from) {
      const key = leaseKey(part);
      if (!versionOf(part) || leases.get(key)?.owner !== from) return false;
      leases.set(key, part);
      return true;
    },
    async release(node, parts) {
      const keys = parts?.map(leaseKey) ?? [...leases.keys()];
      for (const key of keys) {
        const lease = leases.get(key);
        if (lease?.owner === node) leases.set(key, { ...lease, owner: undefined });
      }
      if (!parts) nodes.delete(node);
    },
  };
}

function placeOf({ shard, position }: ShardPosition): string {
  return `${shard}:${position}`;
}

function leaseKey({ name, version, part }: ProjectionVersion & { readonly part: number }): string {
  return `${name}\0${version}\0${part}`;
}
