import { expect, test } from "vitest";
import { refuseControl } from "./transaction-control.ts";

test.each([
  "commit",
  "COMMIT",
  "Commit;",
  "  \n\tcommit transaction",
  "begin",
  "begin immediate",
  "end",
  "rollback",
  "rollback transaction",
  "rollback -- to a",
  ";commit",
  " ; ; end",
  "-- nothing\ncommit",
  "/* a */ /* b * / ** */commit",
  "/**/commit",
  "\uFEFFcommit",
  "attach 'other.db' as other",
  "detach other",
])("%j is refused", (sql) => {
  expect(() => refuseControl(sql)).toThrow(
    expect.objectContaining({
      code: "invalid_argument",
      message: expect.stringContaining("is not for statements: the connection is the store's"),
    }),
  );
});

test.each(["pragma query_only = on", "pragma query_only(1)", "-- x\nPRAGMA main.synchronous=off"])(
  "%j is refused: it may be a setting",
  (sql) => {
    expect(() => refuseControl(sql)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  },
);

test.each([
  "select 1",
  "select 'commit'",
  "update a set b = 'x' -- commit",
  "insert into ends values (1)",
  "-- commit",
  "/* commit",
  "",
  "pragma user_version",
  "savepoint a",
  "release a",
  "rollback to a",
  "rollback to savepoint a",
  "ROLLBACK TRANSACTION TO a",
  "beginning",
  "with a as (select 1) select * from a",
])("%j is not", (sql) => {
  expect(() => refuseControl(sql)).not.toThrow();
});

test("much that comes before a statement takes no time", () => {
  const text = "/* * */ -- x\n ;".repeat(20_000);
  expect(() => refuseControl(`${text}commit`)).toThrow(`"commit"`);
  expect(() => refuseControl(`${text}1`)).not.toThrow();
});
