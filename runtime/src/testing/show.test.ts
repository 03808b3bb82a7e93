import { create } from "@bufbuild/protobuf";
import { type Any, AnySchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { Every } from "../entity/testdata/every-kind.ts";
import { differenceOf } from "./difference.ts";
import { showFields } from "./show.ts";

type Fields = Record<string, unknown>;
const every = (fields: Fields) => showFields(Every, create(Every, fields));

test("a message is shown as plain data: 64-bit numbers, bytes, nested messages, lists, maps, the member of a oneof", () => {
  const message = every({
    text: "a",
    big: 5n,
    bytes: Uint8Array.of(0, 10, 255),
    self: { number: 7 },
    texts: ["x"],
    manyBytes: [new Uint8Array(0)],
    selves: [{ text: "inner" }],
    counts: { b: 2, a: 1 },
    byteMap: { k: Uint8Array.of(1) },
    selfMap: { k: { big: -1n } },
    choice: { case: "oneText", value: "" },
    wrapped: "w",
    json: { key: [1, null] },
  });
  const nothing = { text: "", number: 0, big: "0n", bytes: "0 bytes" };

  expect(message).toEqual({
    ...nothing,
    text: "a",
    big: "5n",
    bytes: "3 bytes: 00 0a ff",
    self: { ...nothing, number: 7 },
    texts: ["x"],
    manyBytes: ["0 bytes"],
    selves: [{ ...nothing, text: "inner" }],
    counts: { a: 1, b: 2 },
    byteMap: { k: "1 bytes: 01" },
    selfMap: { k: { ...nothing, big: "-1n" } },
    oneText: "",
    wrapped: "w",
    json: { key: [1, null] },
  });
  expect(Object.keys((message as { counts: object }).counts)).toEqual(["a", "b"]);
});

test("many bytes are shown line by line, so that a difference is one line", () => {
  const bytes = new Uint8Array(70);
  const other = bytes.slice();
  other[40] = 1;
  const shown = (value: Uint8Array) => every({ bytes: value });

  expect((shown(bytes) as { bytes: string[] }).bytes).toHaveLength(4);
  expect(differenceOf(shown(bytes), shown(other))).toEqual([
    expect.stringMatching(/^bytes\[2\]: expected "32: 00 .*", got "32: 00 00 00 00 00 00 00 00 01 00/),
  ]);
});

test("well-known types are shown as their JSON, or by their fields where they have none", () => {
  expect(showFields(TimestampSchema, create(TimestampSchema, { seconds: 60n }))).toBe("1970-01-01T00:01:00Z");
  const unknown: Any = create(AnySchema, { typeUrl: "x/unknown.Type", value: Uint8Array.of(1) });
  expect(showFields(AnySchema, unknown)).toEqual({ typeUrl: "x/unknown.Type", value: "1 bytes: 01" });
});

test("a difference names each place, ten of them, and how many more there are", () => {
  expect(differenceOf({ a: [1, { b: "x" }], c: 1 }, { a: [1, { b: "y" }, 3], c: 1 })).toEqual([
    'a[1].b: expected "x", got "y"',
    "a[2]: expected nothing, got 3",
  ]);
  expect(differenceOf("5n", [])).toEqual(["expected 5n, got []"]);
  expect(differenceOf(Array(20).fill(1), Array(20).fill(2))).toHaveLength(11);
  expect(differenceOf(Array(20).fill(1), Array(20).fill(2)).at(-1)).toBe("and 10 more");
});
