import { create, equals, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { shallowCopy, shapeOf } from "./shape.ts";
import { Every, Flat } from "./testdata/every-kind.ts";

type Fields = { [name: string]: unknown };

const json = () => ({ list: [1, { deep: "x" }], nothing: null });

/** Each kind of field with a value, and a change deep in it that a copy must not see. */
const kinds: readonly [name: string, fields: () => Fields, change: (message: Fields) => void][] = [
  ["a string", () => ({ text: "x" }), (m) => Object.assign(m, { text: "y" })],
  ["an integer", () => ({ number: 1 }), (m) => Object.assign(m, { number: 2 })],
  ["a 64-bit integer", () => ({ big: 1n }), (m) => Object.assign(m, { big: 2n })],
  ["bytes", () => ({ bytes: Uint8Array.of(1) }), (m) => (m.bytes as Uint8Array).fill(9)],
  ["a message", () => ({ self: { text: "x" } }), (m) => Object.assign(m.self as Fields, { text: "y" })],
  ["a list of strings", () => ({ texts: ["x"] }), (m) => (m.texts as string[]).push("y")],
  ["a list of bytes", () => ({ manyBytes: [Uint8Array.of(1)] }), (m) => (m.manyBytes as Uint8Array[])[0]?.fill(9)],
  [
    "a list of messages",
    () => ({ selves: [{ text: "x" }] }),
    (m) => Object.assign((m.selves as Fields[])[0] ?? {}, { text: "y" }),
  ],
  ["a map to integers", () => ({ counts: { a: 1 } }), (m) => Object.assign(m.counts as Fields, { a: 2 })],
  ["a map to bytes", () => ({ byteMap: { a: Uint8Array.of(1) } }), (m) => (m.byteMap as { a: Uint8Array }).a.fill(9)],
  [
    "a map to messages",
    () => ({ selfMap: { a: { text: "x" } } }),
    (m) => Object.assign((m.selfMap as { a: Fields }).a, { text: "y" }),
  ],
  [
    "a oneof with a string",
    () => ({ choice: { case: "oneText", value: "x" } }),
    (m) => Object.assign(m.choice as Fields, { value: "y" }),
  ],
  [
    "a oneof with bytes",
    () => ({ choice: { case: "oneBytes", value: Uint8Array.of(1) } }),
    (m) => (m.choice as { value: Uint8Array }).value.fill(9),
  ],
  [
    "a oneof with a message",
    () => ({ choice: { case: "oneSelf", value: { text: "x" } } }),
    (m) => Object.assign((m.choice as { value: Fields }).value, { text: "y" }),
  ],
  ["a oneof that is not set", () => ({}), (m) => Object.assign(m.choice as Fields, { case: "oneText", value: "y" })],
  ["a wrapped string", () => ({ wrapped: "" }), (m) => Object.assign(m, { wrapped: "y" })],
  ["wrapped bytes", () => ({ wrappedBytes: Uint8Array.of(1) }), (m) => (m.wrappedBytes as Uint8Array).fill(9)],
  [
    "a Struct",
    () => ({ json: json() }),
    (m) => Object.assign((m.json as { list: Fields[] }).list[1] ?? {}, { deep: "y" }),
  ],
  [
    "a list of Structs",
    () => ({ jsons: [json()] }),
    (m) => Object.assign((m.jsons as Fields[])[0] ?? {}, { list: [] }),
  ],
];

const make = (fields: Fields): Message => create(Every, fields as never);
const asFields = (message: Message): Fields => message as unknown as Fields;
const shape = shapeOf(Every);

/** Whatever is in a message and can be frozen, and is not. */
function unfrozen(value: unknown, path = "message"): readonly string[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  const inside = Object.entries(value).flatMap(([name, item]) => unfrozen(item, `${path}.${name}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}

describe("the shape of a message with", () => {
  test.each(kinds)("%s: a copy is equal, and a change of one does not show in the other", (_, fields, change) => {
    const message = make(fields());
    const before = toBinary(Every, message);

    const copy = shape.copy(message);
    expect(equals(Every, copy, message)).toBe(true);
    change(asFields(message));
    expect(toBinary(Every, copy)).toEqual(before);

    const other = make(fields());
    change(asFields(shape.copy(other)));
    expect(toBinary(Every, other)).toEqual(before);
  });

  test.each(kinds)("%s: it is frozen all the way down, and a copy of it can be changed", (_, fields, change) => {
    const message = shape.freeze(make(fields()));

    expect(unfrozen(message)).toEqual([]);
    const copy = shape.copy(message);
    change(asFields(copy));
    expect(Object.isFrozen(copy)).toBe(false);
  });

  test.each(kinds)("%s: its bound is not below its size", (_, fields) => {
    const message = make(fields());

    expect(shape.sizeBound(message)).toBeGreaterThanOrEqual(toBinary(Every, message).length);
  });

  test("everything at once, in itself: copy, freeze and bound go all the way down", () => {
    const everything: Fields = Object.assign({}, ...kinds.map(([, fields]) => fields()));
    const message = make({
      ...everything,
      self: make(everything),
      selves: [make(everything)],
      text: "ä€😀".repeat(50),
    });

    const copy = shape.copy(message);

    expect(equals(Every, copy, message)).toBe(true);
    expect(unfrozen(shape.freeze(copy))).toEqual([]);
    expect(unfrozen(message)).not.toEqual([]);
    expect(shape.sizeBound(message)).toBeGreaterThanOrEqual(toBinary(Every, message).length);
  });
});

describe("a shape", () => {
  test("copies maps with keys that objects have anyway", () => {
    const counts = JSON.parse('{"__proto__":1,"constructor":2,"toString":3}');
    const message = make({ counts, json: JSON.parse('{"__proto__":{"x":1}}') });
    const binary = toBinary(Every, message);

    const copy = shape.freeze(shape.copy(message));

    expect(toBinary(Every, copy)).toEqual(binary);
    expect(Object.keys(asFields(copy).counts as Fields)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getPrototypeOf(asFields(copy).counts)).toBe(Object.prototype);
    expect(Object.keys(asFields(shape.copy(message, true)).counts as Fields).sort()).toEqual(
      ["__proto__", "constructor", "toString"].sort(),
    );
  });

  test("takes JSON for what it is, also if it looks like a message", () => {
    const message = make({ json: { $typeName: "bank.v1.Account", nested: { deep: "x" } } });

    const copy = shape.copy(message);
    Object.assign((asFields(message).json as { nested: Fields }).nested, { deep: "y" });

    expect(asFields(copy).json).toEqual({ $typeName: "bank.v1.Account", nested: { deep: "x" } });
    expect(unfrozen(shape.freeze(copy))).toEqual([]);
  });

  test("sorts the keys of maps and of Structs on demand, so that equal messages have equal bytes", () => {
    const one = make({
      counts: { b: 1, a: 2 },
      selfMap: { y: { counts: { d: 1, c: 1 } }, x: {} },
      json: { b: 1, a: { d: 1, c: 2 } },
    });
    const two = make({
      counts: { a: 2, b: 1 },
      selfMap: { x: {}, y: { counts: { c: 1, d: 1 } } },
      json: { a: { c: 2, d: 1 }, b: 1 },
    });
    expect(equals(Every, one, two)).toBe(true);

    expect(toBinary(Every, shape.copy(one, true))).toEqual(toBinary(Every, shape.copy(two, true)));
  });

  test("keeps fields that the program does not know", () => {
    const known = toBinary(Flat, create(Flat, { text: "x" } as never));
    const message = fromBinary(Flat, Uint8Array.of(...known, 0x98, 0x06, 7));

    const copy = shapeOf(Flat).copy(message);

    expect(toBinary(Flat, copy)).toEqual(toBinary(Flat, message));
    expect(copy.$unknown).toHaveLength(1);
  });

  test("keeps the prototype, which holds the defaults of proto2 and editions", () => {
    const prototype = { text: "default" };
    const message = Object.assign(Object.create(prototype), { $typeName: "test.Flat", big: 1n });

    const copy = shallowCopy(message);

    expect(Object.getPrototypeOf(copy)).toBe(prototype);
    expect(Object.hasOwn(copy, "text")).toBe(false);
    expect(Object.getPrototypeOf(shapeOf(Flat).copy(message))).toBe(prototype);
  });

  test("knows whether a message is flat, and whether there are bytes in it", () => {
    expect(shapeOf(Flat)).toMatchObject({ flat: true, hasBytes: false });
    expect(shape).toMatchObject({ flat: false, hasBytes: true });
    expect(shapeOf(Flat)).toBe(shapeOf(Flat));
  });
});
