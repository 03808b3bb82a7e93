import { describe, expect, test } from "vitest";
import { EntrySchema } from "../../../test/domain/gen/ledger/v1/ledger_pb.ts";
import { bytesOf, integerOf, toLocal } from "./field-value.ts";

const { amount, score, open } = EntrySchema.field;

describe("what drivers give", () => {
  test.each([
    ["a number", 5, 5n],
    ["a bigint", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["text", "-9223372036854775808", -(2n ** 63n)],
    ["a number that may be rounded", 2 ** 53, undefined],
    ["a fraction", 1.5, undefined],
    ["a text with more", "5 ", undefined],
    ["nothing", "", undefined],
    ["a boolean", true, undefined],
  ])("is an integer or none: %s", (_, given, integer) => expect(integerOf(given)).toBe(integer));

  test.each([
    ["a number", -0, -0],
    ["text", "-0", -0],
    ["text with an exponent", "5e-324", 5e-324],
    ["NaN's text", "NaN", Number.NaN],
    ["infinity's text", "-Infinity", -Infinity],
    ["another text", "many", undefined],
    ["an empty text", "", undefined],
    ["hexadecimal", "0x10", undefined],
  ])("is a double or none: %s", (_, given, real) => expect(toLocal(score as never, "real", given)).toBe(real));

  test("is a boolean where the field is one", () => {
    for (const given of [1, 1n, "1"]) expect(toLocal(open as never, "integer", given)).toBe(true);
    for (const given of [0, 0n, "0"]) expect(toLocal(open as never, "integer", given)).toBe(false);
    expect(toLocal(open as never, "integer", "yes")).toBeUndefined();
    expect(toLocal(amount as never, "bigint", "yes")).toBeUndefined();
  });

  test("is bytes without a copy, and no Buffer", () => {
    const buffer = Buffer.from([1, 2, 3]);
    const bytes = bytesOf(buffer);
    expect(bytes?.constructor).toBe(Uint8Array);
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(bytes?.buffer).toBe(buffer.buffer);
    const plain = Uint8Array.of(4);
    expect(bytesOf(plain)).toBe(plain);
    expect(bytesOf(plain.buffer)).toEqual(plain);
    expect(bytesOf("x")).toBeUndefined();
  });
});
