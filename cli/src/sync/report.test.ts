import { expect, test } from "vitest";
import { summaryLines, unsynced } from "./report.ts";
import type { SyncPlan } from "./sync-plan.ts";

const nothing: SyncPlan = { edits: [], findings: [], findingsAfter: [], inserted: [], renamed: [], refused: false };
const finding = { code: "EGO110", severity: "warning", text: "x" } as const;
const gift = { file: "src/gift.ts", line: 2, column: 5 };
const inserted = (file: string, member: string) => ({ file, line: 3, contract: "AccountBehavior", member });

test("a file is a line, with what comes into it", () => {
  const plan: SyncPlan = {
    ...nothing,
    edits: [
      { file: "src/account.ts", before: "", after: "x" },
      { file: "src/lot.ts", before: undefined, after: "x" },
      { file: "src/fee.ts", before: undefined, after: "x" },
      { file: "src/gift.ts", before: "", after: "x" },
    ],
    inserted: [
      inserted("src/account.ts", "freezeAccount"),
      inserted("src/account.ts", "accountFrozen"),
      inserted("src/lot.ts", "receiveLot"),
    ],
    renamed: [{ file: "src/gift.ts", line: 3, contract: "GiftBehavior", from: "a", to: "b", at: gift }],
  };
  const lines = [
    "src/account.ts  +2: freezeAccount, accountFrozen",
    "src/lot.ts      new, +1: receiveLot",
    "src/fee.ts      new, +0",
    "src/gift.ts     renamed: a → b",
  ];
  expect(summaryLines(plan, true)).toEqual(lines);
  expect(summaryLines(plan, false)).toEqual([...lines, "Nothing was written."]);
});

test("without a change, the line says how it stands", () => {
  expect(summaryLines(nothing, true)).toEqual(["In sync."]);
  expect(summaryLines({ ...nothing, findings: [finding] }, true)).toEqual(["Nothing to insert."]);
  expect(summaryLines({ ...nothing, findings: [finding], refused: true }, true)).toEqual([]);
});

test("who only looks is told what is missing, once for each place, and what is to be renamed", () => {
  const at = { file: "src/account.ts", line: 5, column: 13 };
  const plan: SyncPlan = {
    ...nothing,
    edits: [{ file: "src/lot.ts", before: undefined, after: "x" }],
    inserted: [
      { ...inserted("src/account.ts", "freezeAccount"), at },
      { ...inserted("src/account.ts", "thawAccount"), at },
      inserted("src/lot.ts", "receiveLot"),
    ],
    renamed: [{ file: "src/gift.ts", line: 3, contract: "GiftBehavior", from: "a", to: "b", at: gift }],
  };
  expect(unsynced(plan)).toEqual([
    {
      code: "EGO102",
      severity: "error",
      at,
      text: "AccountBehavior lacks freezeAccount, thawAccount",
      help: "Run `ego sync`.",
    },
    {
      code: "EGO103",
      severity: "error",
      text: "AccountBehavior is not written yet: src/lot.ts would be made",
      help: "Run `ego sync`.",
    },
    {
      code: "EGO102",
      severity: "error",
      at: gift,
      text: "a of GiftBehavior is to become b",
      help: "Run `ego sync` with the same `--rename`.",
    },
  ]);
});
