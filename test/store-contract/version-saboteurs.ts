import { memoryStore, type StoredVersion } from "@ego/runtime";
import type { StoreSubject } from "@ego/runtime/testing";
import { type Saboteur, sameStore, subjectOf, withStates } from "./sabotage.ts";

/** A store that gives other versions than it has. */
function withVersion(change: (version: StoredVersion) => StoredVersion): StoreSubject {
  return withVersions((versions) => versions.map(change));
}

function withVersions(change: (versions: readonly StoredVersion[]) => readonly StoredVersion[]): StoreSubject {
  return withStates((states) => ({
    readShards: async (after, limit) => change((await states.readShards?.(after, limit)) ?? []),
  }));
}

/** Stores that put versions of durable states in a wrong order, or tell wrongly what they are. */
export const versionSaboteurs: Readonly<Record<string, Saboteur>> = {
  "leaves out versions that were superseded": {
    subject: withVersions((versions) => versions.filter(({ kind }) => kind !== "superseded")),
    caughtBy: "a version that a later one replaced keeps its position, and has no state (contract_note)",
  },
  "gives a superseded version for the latest": {
    subject: withVersion((version) =>
      version.kind === "superseded" ? { ...version, kind: "state", payload: new Uint8Array(0) } : version,
    ),
    caughtBy: "a version that a later one replaced keeps its position, and has no state (contract_note)",
  },
  "takes a removal for superseded": {
    subject: withVersion((version) => (version.kind === "removed" ? { ...version, kind: "superseded" } : version)),
    caughtBy: "a removal is one as long as it is the latest version (contract_note)",
  },
  "takes a removal for one for ever": {
    subject: withStates((states) => {
      const removed = new Set<string>();
      return {
        async save(batch) {
          for (const { commandId, state } of batch) if (state === null) removed.add(commandId);
          return states.save(batch);
        },
        readShards: async (after, limit) =>
          ((await states.readShards?.(after, limit)) ?? []).map((version) =>
            removed.has(version.commandId) ? { ...version, kind: "removed" } : version,
          ),
      };
    }),
    caughtBy: "a removal is one as long as it is the latest version (contract_note)",
  },
  "numbers versions before it weeds out what is refused": {
    subject: withStates((states) => ({
      async save(batch) {
        const results = await states.save(batch);
        let refused = 0;
        return results.map((result) => {
          if (!result.stored) refused++;
          return result.stored ? { ...result, position: (result.position ?? 0) + refused } : result;
        });
      },
    })),
    caughtBy: "what is refused takes no position (contract_note)",
  },
  "answers with the position of the first of a batch": {
    subject: withStates((states) => ({
      async save(batch) {
        const results = await states.save(batch);
        const [first] = results;
        return results.map((result) => (result.stored && first?.stored ? first : result));
      },
    })),
    caughtBy: "each version gets the next position of its shard, and the answer has it (contract_note)",
  },
  "reads as many versions of each shard as the limit says": {
    subject: withStates((states) => ({
      readShards: async (after, limit) =>
        (await Promise.all(after.map(async (one) => (await states.readShards?.([one], limit)) ?? []))).flat(),
    })),
    caughtBy:
      "several shards are read in the order in which they are named, each behind its position, and no more than the limit (contract_note)",
  },
  "reads shards in an order of its own": {
    subject: withStates((states) => ({
      readShards: async (after, limit) =>
        (await states.readShards?.(
          after.toSorted((a, b) => a.shard - b.shard),
          limit,
        )) ?? [],
    })),
    caughtBy:
      "several shards are read in the order in which they are named, each behind its position, and no more than the limit (contract_note)",
  },
  "counts versions and events together": {
    subject: subjectOf(() => {
      const { states, ...rest } = memoryStore();
      if (!states) throw new Error("memory has states");
      const lastPositions = async () => {
        const last = (await states.lastPositions?.()) ?? [];
        const events = (await rest.events.lastPositions?.()) ?? [];
        return last.map((position, shard) => position + (events[shard] ?? 0));
      };
      return sameStore({ ...rest, states: { ...states, lastPositions } });
    }),
    caughtBy: "positions of versions are apart from those of events (contract_note)",
  },
  "forgets positions in receipts": {
    subject: withStates((states) => ({
      receipts: async (type, id, limit) =>
        (await states.receipts(type, id, limit)).map(({ position: _, ...receipt }) => receipt),
    })),
    caughtBy: "receipts have the positions that were answered (contract_note)",
  },
  "lets one that is late have a position below others": {
    subject: withStates((states) => {
      const seen = new Set<string>();
      return {
        async readShards(after, limit) {
          const found = (await states.readShards?.(after, limit)) ?? [];
          // Whoever looks a second time sees it; whoever is behind it by then never does.
          return found.filter(({ position, commandId }) => {
            const late = position % 3 === 0 && !seen.has(commandId);
            if (late) seen.add(commandId);
            return !late;
          });
        },
      };
    }),
    caughtBy:
      "stores that save at once number the versions of a shard one after the other, and whoever follows misses none (contract_note)",
  },
};
