import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommandMetadata } from "../codegen/metadata.ts";
import { MetadataSchema } from "../gen/ego/journal/v1/journal_pb.ts";
import { decodeFingerprint, decodeMetadata, encodeMetadata } from "./metadata.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (...parts: readonly string[]) => new Uint8Array(Buffer.from(parts.join(""), "hex"));
const ascii = (text: string) => Buffer.from(text).toString("hex");

const full: CommandMetadata = {
  correlationId: "k",
  causationId: "account/a/1",
  actor: "ann",
  tenant: "t1",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "a=1",
  region: "eu",
};

describe("stored metadata", () => {
  // These bytes are in journals: they never change.
  test("is these bytes", () => {
    expect(encodeMetadata(full, 0x0102030405060708n, "c")).toEqual(
      bytesOf(
        `11${"0807060504030201"}`,
        `1a01${ascii("k")}`,
        `220b${ascii("account/a/1")}`,
        `2a03${ascii("ann")}`,
        `3202${ascii("t1")}`,
        `3a37${ascii("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")}`,
        `4203${ascii("a=1")}`,
        `0a0c0a06${ascii("region")}1202${ascii("eu")}`,
      ),
    );
  });

  test("of before, with all that the caller gave in one map, is read as it was meant", () => {
    const old = bytesOf(
      `0a0c0a05${ascii("actor")}1203${ascii("ann")}`,
      `0a130a0d${ascii("correlationId")}1202${ascii("k1")}`,
      `0a0c0a06${ascii("region")}1202${ascii("eu")}`,
      `11${"0807060504030201"}`,
    );

    expect(decodeMetadata(old, "c")).toEqual({ actor: "ann", correlationId: "k1", causationId: "c", region: "eu" });
    expect(decodeFingerprint(old)).toBe(0x0102030405060708n);
  });

  test("is no bytes where there is nothing to say", () => {
    expect(encodeMetadata(undefined)).toHaveLength(0);
    expect(encodeMetadata({})).toHaveLength(0);
    expect(encodeMetadata({ actor: undefined, region: undefined })).toHaveLength(0);
    expect(encodeMetadata({ correlationId: "c", causationId: "c" }, undefined, "c")).toHaveLength(0);
    expect(decodeMetadata(new Uint8Array(0), "c")).toEqual({ correlationId: "c", causationId: "c" });
    expect(decodeFingerprint(new Uint8Array(0))).toBeUndefined();
  });

  test("has a conversation and a cause of its own where they are not the command itself", () => {
    const bytes = encodeMetadata({ correlationId: "k", causationId: "c" }, undefined, "c");

    expect(hex(bytes)).toBe(`1a01${ascii("k")}`);
    expect(decodeMetadata(bytes, "c")).toEqual({ correlationId: "k", causationId: "c" });
  });

  test("keeps keys that objects have already", () => {
    const given = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as CommandMetadata;

    const read = decodeMetadata(encodeMetadata(given, undefined, "c"), "c");

    expect(Object.entries(read).toSorted()).toEqual([
      ["__proto__", "x"],
      ["causationId", "c"],
      ["constructor", "y"],
      ["correlationId", "c"],
      ["toString", "z"],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test("does not see what an encoding that failed had written", () => {
    const broken = { actor: "ann", region: Symbol("eu") } as unknown as CommandMetadata;
    expect(() => encodeMetadata(broken)).toThrow(TypeError);

    expect(decodeMetadata(encodeMetadata({ tenant: "t1" }), "c")).toEqual({
      correlationId: "c",
      causationId: "c",
      tenant: "t1",
    });
  });

  test("is what protobuf makes of the same, of any texts", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    const some = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
    const known = fc.record(
      { correlationId: some, causationId: some, actor: some, tenant: some, traceparent: some, tracestate: some },
      { requiredKeys: [] },
    );
    const custom = fc.dictionary(
      text.filter((key) => !Object.hasOwn(full, key) || key === "region"),
      text,
    );
    fc.assert(
      fc.property(known, custom, fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (fields, own, fingerprint) => {
        const expected = create(MetadataSchema, {
          ...fields,
          custom: own,
          ...(fingerprint === null ? {} : { fingerprint }),
        });

        const bytes = encodeMetadata({ ...own, ...fields }, fingerprint ?? undefined, "\0none");

        expect(fromBinary(MetadataSchema, bytes)).toEqual(expected);
        expect(bytes).toHaveLength(toBinary(MetadataSchema, expected).length);
        expect(decodeMetadata(bytes, "c")).toEqual({ correlationId: "c", causationId: "c", ...own, ...fields });
        expect(decodeFingerprint(bytes)).toBe(fingerprint ?? undefined);
      }),
      { numRuns: 200, examples: [[{}, { k: "x".repeat(70_000) }, null]] },
    );
  });
});
