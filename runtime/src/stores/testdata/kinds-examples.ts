import { scalarNames } from "./kinds.ts";

/** Values of scalar types that are easily lost on the way through a database. */
export const extremes: Readonly<Record<string, readonly unknown[]>> = {
  double: [
    0,
    -0,
    1.5,
    5e-324,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2 ** 53,
    2 ** 63,
    Infinity,
    -Infinity,
    Number.NaN,
    0.1,
  ],
  float: [0, -0, 1.5, 1.401298464324817e-45, 3.4028234663852886e38, Infinity, -Infinity, Number.NaN],
  int64: [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  sint64: [0n, 2n ** 63n - 1n, -(2n ** 63n)],
  sfixed64: [0n, 2n ** 63n - 1n, -(2n ** 63n)],
  uint64: [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  sint32: [0, 2 ** 31 - 1, -(2 ** 31)],
  sfixed32: [0, 2 ** 31 - 1, -(2 ** 31)],
  uint32: [0, 2 ** 32 - 1],
  fixed32: [0, 2 ** 32 - 1],
  bool: [false, true],
  string: [
    "",
    "a",
    "a\0b",
    "\0",
    " ",
    "ä a\u0308 😀",
    "'; drop table articles; --",
    "NaN",
    "12",
    "-0.0",
    "null",
    "x".repeat(100_000),
  ],
  bytes: [new Uint8Array(0), Uint8Array.of(0), Uint8Array.from({ length: 256 }, (_, n) => n)],
};

/** Fields of `Kinds`, with what is said of them. */
export const kindsExamples: readonly (readonly [name: string, fields: object])[] = [
  ["nothing set", {}],
  ...scalarNames.flatMap((name) =>
    (extremes[name] ?? []).flatMap((value) => {
      const maybe = `maybe${name[0]?.toUpperCase()}${name.slice(1)}`;
      const shown =
        typeof value === "string"
          ? JSON.stringify(value.slice(0, 30))
          : Object.is(value, -0)
            ? "-0"
            : String(value).slice(0, 30);
      return [
        [`${name} ${shown}`, { [name]: value }],
        [`${name} ${shown}, with presence`, { [maybe]: value }],
      ] as const;
    }),
  ),
  ["an enum", { color: 1 }],
  ["an enum's unknown value", { color: -77 }],
  ["an empty message", { part: {} }],
  ["a message", { part: { title: "a\0ä😀", weight: 0.1, count: 2n ** 64n - 1n, raw: Uint8Array.of(0, 255) } }],
  ["a message with -0", { part: { weight: -0 } }],
  ["a message with NaN", { part: { weight: Number.NaN } }],
  ["a list of messages", { parts: [{}, { title: "x" }, { weight: -Infinity }] }],
  ["a list of numbers", { numbers: [0, -0, 5e-324, Infinity, Number.NaN, 0.1] }],
  ["a time", { happenedAt: { seconds: 1_700_000_000n, nanos: 5 } }],
  ["the first time", { happenedAt: { seconds: -62_135_596_800n } }],
  ["the last time", { happenedAt: { seconds: 253_402_300_799n, nanos: 999_999_999 } }],
  ["a time before the epoch", { happenedAt: { seconds: -1n, nanos: 999_999_999 } }],
  ["a list of times", { times: [{ seconds: 1n }, { seconds: -1n, nanos: 1 }] }],
  ["a map", { byName: { "": {}, constructor: { title: "c" }, "ä\0": { count: 1n } } }],
  ["text of a oneof", { choice: { case: "chosenText", value: "x" } }],
  ["empty text of a oneof", { choice: { case: "chosenText", value: "" } }],
  ["zero of a oneof", { choice: { case: "chosenNumber", value: 0n } }],
  ["an empty message of a oneof", { choice: { case: "chosenPart", value: {} } }],
];
