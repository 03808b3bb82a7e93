import { expect, test } from "vitest";
import { EntrySchema } from "../../../test/domain/gen/ledger/v1/ledger_pb.ts";
import { compileTable } from "./compiled-table.ts";
import { isKeyViolation, writeFailure } from "./violation.ts";

const { shape } = compileTable({
  seam: 1,
  name: "entries",
  kind: "read-model",
  message: EntrySchema,
  key: ["tenant"],
  columns: { tenant: "tenant", owner: "owner", label: "label" },
  indexes: [
    { name: "entries_owner", fields: ["owner"], unique: true },
    { name: "entries_label", fields: ["label", "owner"], unique: true },
  ],
});

const failureOf = (message: string, fields: object) => Object.assign(new Error(message), fields);

test.each<[string, object, string, string]>([
  [
    "UNIQUE constraint failed: entries.owner",
    { errcode: 2067, code: "ERR_SQLITE_ERROR" },
    "node:sqlite",
    "entries_owner",
  ],
  [
    "UNIQUE constraint failed: entries.label, entries.owner",
    { code: "SQLITE_CONSTRAINT_UNIQUE" },
    "better-sqlite3",
    "entries_label",
  ],
  ["duplicate key value violates …", { code: "23505", constraint: "entries_owner" }, "pg and PGlite", "entries_owner"],
  [
    "duplicate key value violates …",
    { code: "23505", constraint_name: "entries_owner" },
    "postgres.js",
    "entries_owner",
  ],
  ["Duplicate entry 'x' for key 'entries_owner'", { errno: 1062, code: "ER_DUP_ENTRY" }, "MariaDB", "entries_owner"],
  [
    "Duplicate entry 'for key 'a.b'' for key 'entries.entries_owner'",
    { errno: 1062, code: "ER_DUP_ENTRY" },
    "MySQL",
    "entries_owner",
  ],
  [
    "DOUBLE value is out of range",
    { errno: 1690, code: "ER_DATA_OUT_OF_RANGE" },
    "an upsert on MySQL",
    "entries_owner or entries_label",
  ],
])("%s: %o of %s names the index", (message, fields, _, uniqueIndex) => {
  const failure = failureOf(message, fields);
  expect(writeFailure(failure, shape)).toMatchObject({
    code: "already_exists",
    cause: failure,
    details: { table: "entries", uniqueIndex },
    message: expect.stringContaining(`Table "entries" of ledger.v1.Entry has another row`),
  });
  expect(isKeyViolation(failure)).toBe(false);
});

test("a key that is there already is told from other unique indexes", () => {
  const code = { errno: 1062, code: "ER_DUP_ENTRY" };
  expect(isKeyViolation(failureOf("Duplicate entry 'x' for key 'PRIMARY'", code))).toBe(true);
  expect(isKeyViolation(failureOf("Duplicate entry 'x' for key 'entries.PRIMARY'", code))).toBe(true);
});

test("any other failure is the driver's", () => {
  for (const failure of [
    failureOf("syntax error", { code: "42601" }),
    failureOf("gone", { errno: -104, code: "ECONNRESET" }),
    "text",
  ]) {
    expect(writeFailure(failure, shape)).toBe(failure);
  }
});
