import type { ShardPosition } from "../../journal/event-store.ts";
import { shardOf } from "../../journal/hash.ts";
import type { StateChangeResult, StateStore, StoredVersion } from "../../journal/state-store.ts";
import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { ContractError } from "./contract-error.ts";
import { expectFailure, expectSame } from "./expectations.ts";
import { changeOf, noteEntities, textIn } from "./note.ts";

/** Versions of durable states in order: each promise for an entity that has a SQL table, and for one kept as bytes. */
export const versionCases: readonly ContractCase[] = noteEntities.flatMap(({ name }) => casesFor(name));

function casesFor(entity: string): readonly ContractCase[] {
  const shardOfId = (bench: Bench, id: string) => shardOf(entity, id, bench.events.shardCount);
  /** Ids of one shard; the first is the type of the bench. */
  const idsInOneShard = (bench: Bench, count: number): readonly string[] => {
    const shard = shardOfId(bench, bench.type);
    const ids = [bench.type];
    for (let n = 0; ids.length < count; n++) {
      const id = `${bench.type}-${n}`;
      if (shardOfId(bench, id) === shard) ids.push(id);
    }
    return ids;
  };
  /** What is stored behind positions, by pages. */
  const readBehind = async (bench: Bench, last: readonly number[], page = 3): Promise<readonly StoredVersion[]> => {
    const at = [...last];
    const found: StoredVersion[] = [];
    for (;;) {
      const after = at.map((position, shard) => ({ shard, position }));
      const some = await versionsOf(bench.states).readShards(after, page);
      if (some.length === 0) return found;
      for (const { shard, position } of some) at[shard] = Math.max(at[shard] ?? 0, position);
      found.push(...some);
    }
  };
  const lastOf = (bench: Bench) => versionsOf(bench.states).lastPositions();

  const trials: Readonly<Record<string, Trial>> = {
    "each version gets the next position of its shard, and the answer has it": async (bench) => {
      const [a = "", b = ""] = idsInOneShard(bench, 2);
      const shard = shardOfId(bench, a);
      const start = (await lastOf(bench))[shard] ?? 0;
      const one = await bench.states.save([changeOf(entity, a, 0, "one")]);
      const two = await bench.states.save([changeOf(entity, b, 0, "two"), changeOf(entity, a, 1, "three")]);
      expectSame([...one, ...two].map(placeIn), [start + 1, start + 2, start + 3], "positions");
      expectSame((await lastOf(bench))[shard], start + 3, "the last position");
    },

    "positions of versions are apart from those of events": async (bench) => {
      const last = await lastOf(bench);
      const append = bench.append("a", 0, { count: 3 });
      await bench.events.append([append]);
      expectSame(await lastOf(bench), last, "last positions of versions");
      const events = (await bench.events.lastPositions?.()) ?? [];
      await bench.states.save([changeOf(entity, bench.type, 0, "one")]);
      expectSame((await bench.events.lastPositions?.()) ?? [], events, "last positions of events");
    },

    "the latest version comes with its state, and all that was stored with it": async (bench) => {
      const last = await lastOf(bench);
      const id = `${bench.type} ä😀'`;
      const change = changeOf(entity, id, 0, { text: "x".repeat(70_000), count: -5n, raw: Uint8Array.of(0, 255) });
      const [result] = await bench.states.save([change]);
      expectSame(
        await readBehind(bench, last),
        [
          {
            shard: shardOfId(bench, id),
            position: placeIn(result),
            entityType: entity,
            entityId: id,
            revision: 1,
            kind: "state",
            payload: change.payload,
            metadata: change.metadata,
            recordedAt: change.recordedAt,
            commandId: change.commandId,
          },
        ],
        "what was read",
      );
    },

    "a version that a later one replaced keeps its position, and has no state": async (bench) => {
      const last = await lastOf(bench);
      await bench.states.save(["one", "two"].map((text, n) => changeOf(entity, bench.type, n, text)));
      await bench.states.save([changeOf(entity, bench.type, 2, "three")]);
      expectSame(
        (await readBehind(bench, last, 1)).map(contentOf),
        [
          [1, "superseded", null],
          [2, "superseded", null],
          [3, "state", "three"],
        ],
        "versions",
      );
    },

    "a removal is one as long as it is the latest version": async (bench) => {
      const last = await lastOf(bench);
      await bench.states.save([changeOf(entity, bench.type, 0, "one"), changeOf(entity, bench.type, 1, null)]);
      const removed = [
        [1, "superseded", null],
        [2, "removed", null],
      ];
      expectSame((await readBehind(bench, last)).map(contentOf), removed, "removed");
      await bench.states.save([changeOf(entity, bench.type, 2, "back")]);
      const back = [
        [1, "superseded", null],
        [2, "superseded", null],
        [3, "state", "back"],
      ];
      expectSame((await readBehind(bench, last)).map(contentOf), back, "back again");
    },

    "what is refused takes no position": async (bench) => {
      const [a = "", b = "", c = ""] = idsInOneShard(bench, 3);
      await bench.states.save([changeOf(entity, a, 0, "one"), changeOf(entity, a, 1, "two")]);
      const last = await lastOf(bench);
      const results = await bench.states.save([
        changeOf(entity, b, 0, "b"),
        changeOf(entity, a, 1, "stale"),
        changeOf(entity, a, 2, "fits, but too late"),
        changeOf(entity, c, 0, "c"),
      ]);
      const start = last[shardOfId(bench, a)] ?? 0;
      expectSame([results[0], results[3]].map(placeIn), [start + 1, start + 2], "positions");
      const read = await readBehind(bench, last);
      expectSame(
        read.map(({ entityId, position }) => [entityId, position]),
        [
          [b, start + 1],
          [c, start + 2],
        ],
        "versions",
      );
    },

    "a state that its table refuses takes no position, if the store has tables": async (bench) => {
      const [a = "", b = "", c = ""] = idsInOneShard(bench, 3);
      const last = await lastOf(bench);
      const labels = [bench.type, bench.type, `${bench.type} other`];
      const results = await bench.states.save(
        [a, b, c].map((id, n) => changeOf(entity, id, 0, { label: labels[n] ?? "" })),
      );
      const stored = results.filter((result) => result.stored).map(placeIn);
      const start = last[shardOfId(bench, a)] ?? 0;
      expectSame(
        stored,
        stored.map((_, n) => start + n + 1),
        "positions",
      );
      expectSame(
        (await readBehind(bench, last)).map(({ position }) => position),
        stored,
        "what was read",
      );
    },

    "several shards are read in the order in which they are named, each behind its position, and no more than the limit":
      async (bench) => {
        const last = await lastOf(bench);
        const ids = Array.from({ length: 12 }, (_, n) => `${bench.type}-${n}`);
        for (const revision of [0, 1]) {
          await bench.states.save(ids.map((id) => changeOf(entity, id, revision, `${revision}`)));
        }
        const shards = [...new Set(ids.map((id) => shardOfId(bench, id)))];
        for (const named of [shards, shards.toReversed(), shards.slice(1)]) {
          const after = named.map((shard) => ({ shard, position: last[shard] ?? 0 }));
          const whole = await versionsOf(bench.states).readShards(after, 1_000);
          const wanted = named.flatMap((shard) => {
            const count = 2 * ids.filter((id) => shardOfId(bench, id) === shard).length;
            return Array.from({ length: count }, (_, n) => [shard, (last[shard] ?? 0) + n + 1]);
          });
          const places = whole.map(({ shard, position }) => [shard, position]);
          expectSame(places, wanted, `shards ${named}`);
          for (const limit of [-1, 0, 1, 5, whole.length]) {
            const page = await versionsOf(bench.states).readShards(after, limit);
            expectSame(page, whole.slice(0, Math.max(limit, 0)), `a page of ${limit}`);
          }
        }
        expectSame(await versionsOf(bench.states).readShards([], 10), [], "no shards");
        const ends = (await lastOf(bench)).map((position, shard) => ({ shard, position }));
        expectSame(await versionsOf(bench.states).readShards(ends, 10), [], "behind the ends");
      },

    "there are as many shards as of events, and no other is read": async (bench) => {
      const { shardCount } = bench.events;
      expectSame((await lastOf(bench)).length, shardCount, "shards");
      for (const shard of [-1, shardCount, 0.5, Number.NaN]) {
        const read = versionsOf(bench.states).readShards([{ shard, position: 0 }], 1);
        await expectFailure(read, "invalid_argument", `shard ${shard}`);
      }
    },

    "receipts have the positions that were answered": async (bench) => {
      const results = await bench.states.save([0, 1].map((n) => changeOf(entity, bench.type, n, "x")));
      const receipts = await bench.states.receipts(entity, bench.type, 9);
      expectSame(
        receipts.map(({ position }) => position),
        results.map(placeIn).toReversed(),
        "positions",
      );
    },

    "nobody changes what is stored by the bytes of a version": async (bench) => {
      const last = await lastOf(bench);
      await bench.states.save([changeOf(entity, bench.type, 0, "kept")]);
      for (const { payload, metadata } of await readBehind(bench, last)) {
        payload?.fill(0);
        metadata.fill(9);
      }
      const [version] = await readBehind(bench, last);
      expectSame([version && contentOf(version), version?.metadata], [[1, "state", "kept"], Uint8Array.of(0)], "then");
    },
  };

  const shared: Readonly<Record<string, Trial>> = {
    "stores that save at once number the versions of a shard one after the other, and whoever follows misses none":
      async (bench) => {
        const last = await lastOf(bench);
        const ids = idsInOneShard(bench, 4);
        const stores = [bench.states, (await bench.another()).states ?? bench.states];
        const shard = shardOfId(bench, bench.type);
        let writing = true;
        const seen: ShardPosition[] = [];
        const follow = async () => {
          let position = last[shard] ?? 0;
          for (;;) {
            // Looked at before it is read: what is stored last may come behind a read, and before its answer.
            const over = !writing;
            const some = await versionsOf(bench.states).readShards([{ shard, position }], 2);
            if (over && some.length === 0) return;
            for (const version of some) seen.push(version);
            position = some.at(-1)?.position ?? position;
          }
        };
        const write = async (id: string, at: number) => {
          const positions: number[] = [];
          const states = stores[at % stores.length] as StateStore;
          for (let revision = 0; revision < 8; revision++) {
            const [result] = await states.save([changeOf(entity, id, revision, `${revision}`)]);
            positions.push(placeIn(result));
          }
          return positions;
        };
        const following = follow();
        try {
          const positions = (await Promise.all(ids.map(write))).flat().toSorted((a, b) => a - b);
          const start = last[shard] ?? 0;
          const dense = Array.from({ length: positions.length }, (_, n) => start + n + 1);
          expectSame(positions, dense, "positions");
          writing = false;
          await following;
          expectSame(
            seen.map(({ position }) => position),
            dense,
            "what the reader saw",
          );
        } finally {
          writing = false;
          await following;
        }
      },
  };

  const again: Readonly<Record<string, Trial>> = {
    "a journal opened again goes on behind the last versions": async (bench) => {
      await bench.states.save([changeOf(entity, "a", 0, "one"), changeOf(entity, "a", 1, "two")]);
      await bench.reopen();
      const [result] = await bench.states.save([changeOf(entity, "a", 2, null)]);
      expectSame(placeIn(result), 3, "the position");
      const start = Array.from({ length: bench.events.shardCount }, () => 0);
      expectSame(
        (await readBehind(bench, start)).map(contentOf),
        [
          [1, "superseded", null],
          [2, "superseded", null],
          [3, "removed", null],
        ],
        "versions",
      );
    },
  };

  return [
    ...casesOf("versions", named(trials, entity), { needs: ["states", "versions"] }),
    ...casesOf("versions", named(shared, entity), { needs: ["states", "versions", "sharing"] }),
    ...casesOf("versions", named(again, entity), { needs: ["states", "versions", "reopening"], ownJournal: true }),
  ];
}

type Versions = Required<Pick<StateStore, "readShards" | "lastPositions">>;

function versionsOf(states: StateStore): Versions {
  if (states.readShards && states.lastPositions) return states as StateStore & Versions;
  throw new ContractError(
    `the store's states have no readShards: say so by lacks: ["versions"]`,
    "readShards",
    undefined,
  );
}

/** Where a change was put that is to be stored. */
function placeIn(result: StateChangeResult | undefined): number {
  if (result?.stored && result.position !== undefined) return result.position;
  throw new ContractError("a change was not stored, or has no position", { stored: true }, result);
}

function contentOf({ revision, kind, payload }: StoredVersion): readonly [number, string, string | null] {
  return [revision, kind, payload && textIn(payload)];
}

function named<T>(trials: Readonly<Record<string, T>>, entity: string): Record<string, T> {
  return Object.fromEntries(Object.entries(trials).map(([name, trial]) => [`${name} (${entity})`, trial]));
}
