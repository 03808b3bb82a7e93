import { expect, test } from "vitest";
import { EntrySchema } from "../../../test/domain/gen/ledger/v1/ledger_pb.ts";
import type { TableData } from "../codegen/table.ts";
import { versionedTable } from "./versioned-table.ts";

const table: TableData = {
  seam: 1,
  name: "balances",
  kind: "read-model",
  message: EntrySchema,
  key: ["tenant"],
  columns: { tenant: "tenant", owner: "owner" },
  indexes: [{ name: "balances_by_owner", fields: ["owner"], unique: true }],
};

test("a version of a table differs by its name and those of its indexes, and is the same object each time", () => {
  const second = versionedTable(table, 2);
  expect(second).toEqual({
    ...table,
    name: "balances__v2",
    indexes: [{ name: "balances_by_owner__v2", fields: ["owner"], unique: true }],
  });
  expect(versionedTable(table, 2)).toBe(second);
  expect(versionedTable(table, 3)).not.toBe(second);
  const { indexes: _, ...plain } = table;
  expect(versionedTable(plain, 2)).toEqual({ ...plain, name: "balances__v2" });
});

const named = (name: string, version = 2) => versionedTable({ ...table, name }, version).name;

test("names that are too long are cut, and stay different", () => {
  expect(named("a".repeat(59))).toBe(`${"a".repeat(59)}__v2`);
  // What is in databases: it must never change.
  expect(named("a".repeat(60))).toBe(`${"a".repeat(50)}_92b9e111__v2`);
  const names = ["a".repeat(60), "a".repeat(61), "a".repeat(63), `${"a".repeat(62)}b`, "ä".repeat(31), "😀".repeat(20)];
  const all = names.flatMap((name) => [named(name), named(name, 3), named(name, 1_000_000)]);
  expect(new Set(all).size).toBe(all.length);
  for (const name of all) {
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
    expect(name.isWellFormed()).toBe(true);
  }
});
