import { expect, test } from "vitest";
import { postgresFailure, postgresKindOf } from "./postgres-failure.ts";

test.each(["EPIPE", "EBADF", "ECONNRESET"])(
  "%s is of the system: the connection is lost, not the statement",
  (code) => {
    const failure = Object.assign(new Error(`write ${code}`), { code, errno: -32, syscall: "write" });
    expect(postgresKindOf(failure)).toBe("lost");
    expect(postgresFailure(failure, "localhost/bank")).toMatchObject({ code: "unavailable", retryable: true });
  },
);

test.each([
  ["22012", undefined],
  ["EGO01", undefined],
  ["40P01", "contended"],
  ["57P01", "lost"],
] as const)("%s is of the server: %s", (code, kind) => {
  const failure = Object.assign(new Error("said by the server"), { code, severity: "ERROR" });
  expect(postgresKindOf(failure)).toBe(kind);
});
