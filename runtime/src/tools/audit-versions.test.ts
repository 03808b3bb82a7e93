import { expect, test } from "vitest";
import { stateShards } from "../journal/state-shards.ts";
import type { StateStore, StoredVersion } from "../journal/state-store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { changeOf } from "../testing/contract/note.ts";
import type { Violation } from "./audit-finding.ts";
import { auditJournal } from "./audit-journal.ts";
import { auditVersions } from "./audit-versions.ts";

/** A store with forty versions in four shards, that gives others than it has. */
async function storeWith(change: (versions: readonly StoredVersion[]) => readonly StoredVersion[]) {
  const store = memoryStore({ shardCount: 4 });
  const { states } = store;
  if (!states?.readShards) throw new Error("memory has versions");
  const { readShards } = states;
  for (let n = 0; n < 40; n++) {
    await states.save([changeOf("contract_note", `e-${n % 10}`, Math.floor(n / 10), "x")]);
  }
  const changed: StateStore = { ...states, readShards: async (...asked) => change(await readShards(...asked)) };
  return { ...store, states: changed };
}

async function found(change: (versions: readonly StoredVersion[]) => readonly StoredVersion[]) {
  const { states } = await storeWith(change);
  return auditVersions(stateShards(states, 4) ?? expect.fail(), 4);
}

test("versions in order are as they have to be, and their last positions are found", async () => {
  const { violations, heads } = await found((versions) => versions);
  expect(violations).toEqual([]);
  expect(heads.reduce((sum, head) => sum + head)).toBe(40);
});

test("a version that is missing, one that comes twice, and one of another shard are found", async () => {
  const kinds = ({ violations }: { readonly violations: readonly Violation[] }) => [
    ...new Set(violations.map(({ kind }) => kind)),
  ];
  expect(kinds(await found((versions) => versions.filter(({ position }) => position !== 2)))).toEqual([
    "missing_positions",
  ]);
  expect(kinds(await found((versions) => versions.flatMap((version) => [version, version])))).toEqual([
    "misplaced_position",
  ]);
  expect(kinds(await found((versions) => versions.map((version) => ({ ...version, entityId: "e-0" }))))).toEqual([
    "wrong_shard",
  ]);
});

test("of a projection of durable states, an offset beyond the last version is found, and one that is missing", async () => {
  const { events, states, projections } = await storeWith((versions) => versions);
  if (!projections) throw new Error("memory has projections");
  const record = { version: 1, role: "live", wanted: "running", failure: undefined, parts: 1, begunAt: 1 } as const;
  const last = (await states.lastPositions?.()) ?? [];
  await projections.add({ ...record, name: "ahead" }, [0, 0, 0, 0, ...last.map((one) => one + 1)], undefined);
  await projections.add({ ...record, name: "short" }, [0, 0, 0, 0, 0, 0, 0], undefined);
  await projections.add({ ...record, name: "events" }, [0, 0, 0, 0], undefined);
  const violations: string[] = [];
  for await (const step of auditJournal(events, { states, projections })) {
    if (step.kind === "violation") violations.push(`${step.violation.details.projection} ${step.violation.kind}`);
  }
  expect(violations.toSorted()).toEqual([
    ...[0, 1, 2, 3].map(() => "ahead offset_beyond_head"),
    "short missing_offsets",
  ]);
});

test("a shard of durable states without its lock row is found", async () => {
  const { events, states } = await storeWith((versions) => versions);
  const audit = auditJournal(events, { states: { ...states, missingLocks: async () => [2] } });
  const violations: Violation[] = [];
  for await (const step of audit) if (step.kind === "violation") violations.push(step.violation);
  expect(violations).toMatchObject([{ kind: "missing_lock", details: { shard: 6 } }]);
});
