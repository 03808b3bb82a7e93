import { expect, test } from "vitest";
import { EgoError } from "../error/ego-error.ts";
import type { EventStore, StoredEvent } from "../journal/event-store.ts";
import type { AuditReport, Violation } from "./audit-finding.ts";
import { auditJournal } from "./audit-journal.ts";

/** One event of an account, by its position, its revision, and what is unlike the others. */
function event(position: number, revision: number, more: Partial<StoredEvent> = {}): StoredEvent {
  return {
    shard: 0,
    position,
    entityType: "account",
    entityId: "a",
    revision,
    type: "bank.v1.Credited",
    payload: new Uint8Array(1),
    metadata: new Uint8Array(0),
    recordedAt: 0,
    commandId: null,
    ...more,
  };
}

/** A journal of one shard that has these events, in this order: also one that no key would let be. */
function journalOf(events: readonly StoredEvent[], more: Partial<EventStore> = {}): EventStore {
  return {
    shardCount: 1,
    append: () => Promise.reject(new Error("an audit writes nothing")),
    async load(entityType, entityId, { from = 1, to = Number.MAX_SAFE_INTEGER, limit = Number.MAX_SAFE_INTEGER } = {}) {
      return events
        .filter((one) => one.entityType === entityType && one.entityId === entityId)
        .filter(({ revision }) => revision >= from && revision <= to)
        .toSorted((a, b) => a.revision - b.revision)
        .slice(0, limit);
    },
    read: async (_, after, limit) => events.filter(({ position }) => position > after).slice(0, limit),
    ...more,
  };
}

async function audited(events: EventStore): Promise<{ violations: readonly Violation[]; report: AuditReport }> {
  const violations: Violation[] = [];
  const audit = auditJournal(events);
  for (;;) {
    const { done, value } = await audit.next();
    if (done) return { violations, report: value };
    if (value.kind === "violation") violations.push(value.violation);
  }
}

const kinds = (violations: readonly Violation[]) => violations.map(({ kind, details }) => ({ kind, ...details }));

test("an audit counts what it has seen, and says where each shard ends: no reader can be further", async () => {
  const { violations, report } = await audited(journalOf([event(1, 1), event(2, 1, { entityId: "b" }), event(3, 2)]));
  expect(violations).toEqual([]);
  expect(report).toEqual({ shards: 1, events: 3, entities: 2, violations: 0, unknownTypes: undefined, heads: [3] });
});

test("revisions that come late are told, and only those that are nowhere are missing", async () => {
  const { violations } = await audited(journalOf([event(1, 1), event(2, 6), event(3, 3), event(4, 4), event(5, 8)]));
  const account = { entity: "account", entityId: "a", shard: 0 };
  expect(kinds(violations)).toEqual([
    { kind: "late_revision", ...account, revision: 3, position: 3, last: 6 },
    { kind: "late_revision", ...account, revision: 4, position: 4, last: 6 },
    { kind: "missing_revisions", ...account, from: 2, to: 2, position: 2 },
    { kind: "missing_revisions", ...account, from: 5, to: 5, position: 2 },
    { kind: "missing_revisions", ...account, from: 7, to: 7, position: 5 },
  ]);
});

test("what a key of SQL refuses, another store may have: a revision twice, and a position twice", async () => {
  const { violations } = await audited(journalOf([event(1, 1), event(2, 2), event(2, 2), event(3, 3)]));
  expect(violations.map(({ text }) => text)).toEqual([
    "shard 0 has position 2 behind position 2",
    'account "a" has revision 2 a second time: position 2 of shard 0',
  ]);
});

test("a command is told as often as it came again, however long the history", async () => {
  const events = Array.from({ length: 5_000 }, (_, n) => event(n + 1, n + 1, { commandId: `c-${n}` }));
  for (const [at, commandId] of [
    [50, "c-10"],
    [90, "c-10"],
    // Behind more commands than an entity remembers.
    [1_200, "c-100"],
    [4_999, "c-4000"],
  ] as const) {
    events[at] = event(at + 1, at + 1, { commandId });
  }
  const { violations } = await audited(journalOf(events));
  expect(violations.map(({ details: { commandId, first, second } }) => [commandId, first, second])).toEqual([
    ["c-10", 11, 51],
    ["c-10", 51, 91],
    ["c-4000", 4_001, 5_000],
  ]);
});

test("what damages a read is told where it is; a store that cannot be reached fails the audit", async () => {
  const events = journalOf([event(1, 1)]);
  const failing = (code: "data_loss" | "unavailable") =>
    journalOf([], {
      shardCount: 2,
      read: async (shard, ...rest) => {
        if (shard === 0) throw new EgoError(code, "the page is damaged");
        return events.read(0, ...rest);
      },
    });
  const { violations, report } = await audited(failing("data_loss"));
  expect(kinds(violations)).toMatchObject([{ kind: "unreadable", shard: 0, position: 0 }]);
  expect(report.heads).toEqual([0, 1]);
  await expect(audited(failing("unavailable"))).rejects.toThrow("the page is damaged");
});
