import { create } from "@bufbuild/protobuf";
import { describe, expect, test, vi } from "vitest";
import { InsufficientFundsSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { EgoError, type EgoErrorCode } from "../error/ego-error.ts";
import { RejectedError } from "../error/rejected-error.ts";

const rejection = create(InsufficientFundsSchema, { missingCents: 1n });

describe("an EgoError", () => {
  test("is one for every copy of the package that is loaded", async () => {
    vi.resetModules();
    const other = await import("../error/ego-error.ts");
    const otherRejected = await import("../error/rejected-error.ts");
    expect(other.EgoError).not.toBe(EgoError);

    const failure = new other.EgoError("conflict", "stale");
    const rejected = new otherRejected.RejectedError("insufficientFunds", rejection, "account", "a", "debitAccount");

    expect(failure instanceof EgoError).toBe(true);
    expect(new EgoError("conflict", "stale") instanceof other.EgoError).toBe(true);
    expect(rejected instanceof EgoError).toBe(true);
    expect(rejected instanceof RejectedError).toBe(true);
    expect(failure instanceof RejectedError).toBe(false);
    expect(EgoError.from(failure)).toBe(failure);
  });

  test("is nothing that only looks like one", () => {
    const impostor = Object.assign(new Error("no"), { code: "conflict", details: {}, retryable: false });

    for (const value of [impostor, new TypeError(), null, undefined, "EgoError", 5, {}]) {
      expect(value instanceof EgoError).toBe(false);
      expect(value instanceof RejectedError).toBe(false);
    }
  });

  test("is to be tried again if it is unavailable, and else is not", () => {
    const codes: readonly EgoErrorCode[] = [
      "invalid_argument",
      "not_found",
      "already_exists",
      "rejected",
      "conflict",
      "deadline_exceeded",
      "unavailable",
      "handler_failed",
      "permission_denied",
      "data_loss",
      "unsupported",
      "internal",
    ];

    expect(codes.filter((code) => new EgoError(code, "x").retryable)).toEqual(["unavailable"]);
  });

  test("made of whatever was thrown keeps it as its cause", () => {
    const cause = new RangeError("too far");

    expect(EgoError.from(cause)).toMatchObject({ code: "internal", message: "too far", cause });
    expect(EgoError.from("text")).toMatchObject({ code: "internal", message: "text", cause: "text" });
  });

  test("extended by an application is told apart from others", () => {
    class OwnError extends EgoError {}

    expect(new OwnError("conflict", "x") instanceof OwnError).toBe(true);
    expect(new OwnError("conflict", "x") instanceof EgoError).toBe(true);
    expect(new EgoError("conflict", "x") instanceof OwnError).toBe(false);
  });

  test("of a rejection names the entity and the rejection", () => {
    const failure = new RejectedError("insufficientFunds", rejection, "account", 'a"1', "debitAccount");

    expect(failure).toMatchObject({ name: "RejectedError", code: "rejected", case: "insufficientFunds", rejection });
    expect(failure.details).toEqual({
      entity: "account",
      entityId: 'a"1',
      command: "debitAccount",
      case: "insufficientFunds",
      type: "bank.v1.InsufficientFunds",
    });
    expect(failure.message).toBe('account "a\\"1" refused debitAccount: insufficientFunds');
  });
});
