import type { Snapshot, SnapshotStore } from "../../journal/snapshot-store.ts";
import type { Bench } from "./bench.ts";
import { type ContractCase, casesOf } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";

const hash = "00c0ffee00c0ffee";
const otherHash = "0123456789abcdef";

/** Snapshots of event-sourced entities. */
export const snapshotCases: readonly ContractCase[] = [
  ...casesOf(
    "snapshots",
    {
      "an entity without snapshots has none": async ({ snapshots, type }) => {
        expectSame(await snapshots.load(type, "a"), undefined, "of an unknown type");
        await snapshots.save([snapshotOf(type, "b", 1)]);
        expectSame(await snapshots.load(type, "a"), undefined, "of an unknown entity");
      },

      "nothing is saved of a batch without snapshots": async ({ snapshots, type }) => {
        await snapshots.save([]);
        expectSame(await snapshots.load(type, "a"), undefined, "the snapshot");
      },

      "the newest snapshot is loaded, whenever it was saved": async ({ snapshots, type }) => {
        for (const revision of [20, 300, 3]) await snapshots.save([snapshotOf(type, "a", revision)]);
        expectSame(await snapshots.load(type, "a"), snapshotOf(type, "a", 300), "the snapshot");
      },

      "the newest snapshot up to a revision is loaded": async ({ snapshots, type }) => {
        await snapshots.save([5, 10, 15].map((revision) => snapshotOf(type, "a", revision)));
        const found = [];
        for (const to of [-1, 0, 4, 5, 6, 9, 10, 14, 15, 16, 1_000_000]) {
          found.push((await snapshots.load(type, "a", { to }))?.revision);
        }
        expectSame(found, [undefined, undefined, undefined, 5, 5, 5, 10, 10, 15, 15, 15], "revisions");
      },

      "snapshots of another schema are passed over": async ({ snapshots, type }) => {
        await snapshots.save([5, 10].map((revision) => snapshotOf(type, "a", revision)));
        await snapshots.save([7, 20].map((revision) => snapshotOf(type, "a", revision, { schemaHash: otherHash })));
        expectSame(await revisions(snapshots, type, { schemaHash: hash }), [10, 5], "of one schema");
        expectSame(await revisions(snapshots, type, { schemaHash: otherHash }), [20, 7], "of another");
        expectSame(await revisions(snapshots, type, { schemaHash: "ffffffffffffffff" }), [], "of a third");
        expectSame(await revisions(snapshots, type, {}), [20, 10, 7, 5], "of any");
      },

      "a snapshot takes the place of one of the same revision": async ({ snapshots, type }) => {
        await snapshots.save([snapshotOf(type, "a", 5), snapshotOf(type, "a", 6)]);
        const again = snapshotOf(type, "a", 5, { payload: Uint8Array.of(9, 9), recordedAt: 77 });
        await snapshots.save([again]);
        expectSame(await snapshots.load(type, "a", { to: 5 }), again, "the snapshot");
        expectSame(await revisions(snapshots, type, {}), [6, 5], "revisions");
      },

      "a snapshot of another schema stands beside that of the same revision": async ({ snapshots, type }) => {
        const other = snapshotOf(type, "a", 5, { schemaHash: otherHash, payload: Uint8Array.of(9) });
        await snapshots.save([snapshotOf(type, "a", 5), other]);
        expectSame(await snapshots.load(type, "a", { schemaHash: hash }), snapshotOf(type, "a", 5), "the one");
        expectSame(await snapshots.load(type, "a", { schemaHash: otherHash }), other, "the other");
      },

      "of two of the same revision in one batch the last one counts": async ({ snapshots, type }) => {
        const last = snapshotOf(type, "a", 5, { payload: Uint8Array.of(2) });
        await snapshots.save([snapshotOf(type, "a", 5), last]);
        expectSame(await snapshots.load(type, "a"), last, "the snapshot");
      },

      "the snapshots of a batch are all saved": async ({ snapshots, type }) => {
        const ids = Array.from({ length: 300 }, (_, n) => `e-${n}`);
        await snapshots.save(ids.map((id, n) => snapshotOf(type, id, n + 1)));
        for (const [n, id] of ids.entries()) {
          expectSame(await snapshots.load(type, id), snapshotOf(type, id, n + 1), `the snapshot of ${id}`);
        }
      },

      "snapshots are removed by the bounds of their revisions": async ({ snapshots, type }) => {
        for (const [range, left] of [
          [{ from: 6 }, [5]],
          [{ to: 9 }, [15, 10]],
          [{ from: 6, to: 14 }, [15, 5]],
          [{ from: 10, to: 10 }, [15, 5]],
          [{ from: 11, to: 9 }, [15, 10, 5]],
          [{ from: 16 }, [15, 10, 5]],
          [{}, []],
        ] as const) {
          await snapshots.save([5, 10, 15].map((revision) => snapshotOf(type, "a", revision)));
          await snapshots.delete(type, "a", range);
          expectSame(await revisions(snapshots, type, {}), left, `left of ${JSON.stringify(range)}`);
        }
      },

      "snapshots are removed whatever their schema, and of one entity alone": async ({ snapshots, type }) => {
        await snapshots.save([
          snapshotOf(type, "a", 5),
          snapshotOf(type, "a", 5, { schemaHash: otherHash }),
          snapshotOf(type, "b", 5),
          snapshotOf(`${type}_2`, "a", 5),
        ]);
        await snapshots.delete(type, "a", { to: 5 });
        await snapshots.delete(`${type}_unknown`, "a");
        expectSame(await snapshots.load(type, "a"), undefined, "of a");
        expectSame((await snapshots.load(type, "b"))?.revision, 5, "of b");
        expectSame((await snapshots.load(`${type}_2`, "a"))?.revision, 5, "of the other type");
      },

      "the bytes of a snapshot come back exactly": async ({ snapshots, type }) => {
        for (const [revision, length] of [0, 1, 65_537, 1 << 20].entries()) {
          const payload = new Uint8Array(length).map((_, n) => n * 7 + (n >> 8));
          await snapshots.save([snapshotOf(type, "a", revision + 1, { payload })]);
          expectSame((await snapshots.load(type, "a"))?.payload, payload, `${length} bytes`);
        }
      },

      "whoever changes the bytes of a snapshot changes nothing that is stored": async ({ snapshots, type }) => {
        const payload = Buffer.from([1, 2, 3]);
        await snapshots.save([snapshotOf(type, "a", 1, { payload })]);
        payload.fill(0);
        (await snapshots.load(type, "a"))?.payload.fill(9);
        expectSame((await snapshots.load(type, "a"))?.payload, Uint8Array.of(1, 2, 3), "the bytes");
      },

      "snapshots of ids that differ in little are told apart": async ({ snapshots, type }) => {
        const ids = ["a", "A", "á", "a\u0301", "a ", "__proto__", "constructor", "'; drop table ego_snapshots; --"];
        await snapshots.save(ids.map((id, n) => snapshotOf(type, id, n + 1)));
        for (const [n, id] of ids.entries()) {
          expectSame(await snapshots.load(type, id), snapshotOf(type, id, n + 1), JSON.stringify(id));
        }
      },

      "a snapshot and the events behind it give what all events give, at every cut": async (bench) => {
        const { snapshots, type } = bench;
        const counts = [1, 3, 2, 5, 1];
        let head = 0;
        for (const count of counts) {
          await bench.events.append([bench.append("a", head, { count })]);
          head += count;
        }
        const whole = await foldBehind(bench, new Uint8Array(0), 0);
        for (let cut = 1; cut <= head; cut++) {
          const payload = whole.slice(0, 2 * cut);
          await snapshots.save([snapshotOf(type, "a", cut, { payload })]);
          const base = await snapshots.load(type, "a", { to: cut });
          const folded = await foldBehind(bench, base?.payload ?? new Uint8Array(0), base?.revision ?? 0);
          expectSame(folded, whole, `cut at ${cut} of ${head}`);
        }
      },
    },
    { needs: ["snapshots"] },
  ),

  ...casesOf(
    "snapshots",
    {
      "a journal opened again has its snapshots": async (bench) => {
        await bench.snapshots.save([5, 10].map((revision) => snapshotOf(bench.type, "a", revision)));
        await bench.reopen();
        expectSame(await revisions(bench.snapshots, bench.type, {}), [10, 5], "revisions");
      },
    },
    { needs: ["snapshots", "reopening"], ownJournal: true },
  ),

  ...casesOf(
    "snapshots",
    {
      "a snapshot that one store saves is there for another": async (bench) => {
        const other = (await bench.another()).snapshots;
        await bench.snapshots.save([snapshotOf(bench.type, "a", 5)]);
        expectSame(await other?.load(bench.type, "a"), snapshotOf(bench.type, "a", 5), "the snapshot");
        await other?.delete(bench.type, "a");
        expectSame(await bench.snapshots.load(bench.type, "a"), undefined, "after it was removed");
      },

      "stores that save the same snapshots at once do not block each other": async (bench) => {
        const other = (await bench.another()).snapshots;
        const batch = Array.from({ length: 50 }, (_, n) => snapshotOf(bench.type, `e-${n}`, 1));
        const saves = [];
        for (let round = 0; round < 5; round++) {
          saves.push(bench.snapshots.save(batch), other?.save(batch.toReversed()));
        }
        await Promise.all(saves);
        expectSame((await bench.snapshots.load(bench.type, "e-49"))?.revision, 1, "the revision");
      },
    },
    { needs: ["snapshots", "sharing"] },
  ),
];

function snapshotOf(entityType: string, entityId: string, revision: number, fields: Partial<Snapshot> = {}): Snapshot {
  const payload = Uint8Array.of(revision % 256, 7);
  return { entityType, entityId, revision, schemaHash: hash, payload, recordedAt: 1_700_000_000_000, ...fields };
}

/** Of "a", newest first. */
async function revisions(
  snapshots: SnapshotStore,
  type: string,
  choice: { readonly schemaHash?: string },
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let to = 1_000; ; ) {
    const snapshot = await snapshots.load(type, "a", { ...choice, to });
    if (!snapshot) return found;
    found.push(snapshot.revision);
    to = snapshot.revision - 1;
  }
}

/** The state of "a" is what its events have as their payloads, one behind the other. */
async function foldBehind(bench: Bench, state: Uint8Array, revision: number): Promise<Uint8Array> {
  const events = await bench.load("a", { from: revision + 1 });
  return Uint8Array.from([...state, ...events.flatMap(({ payload }) => [...(payload ?? [])])]);
}
