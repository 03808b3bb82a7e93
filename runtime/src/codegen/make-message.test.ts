import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { Kinds } from "../stores/testdata/kinds.ts";
import { makeMessage } from "./make-message.ts";

const now = new Date(1_700_000_000_000);

test("fields, nested fields and messages make a message", () => {
  const made = makeMessage(Kinds, {
    id: "x",
    part: { title: "p" },
    parts: [{ title: "a" }, {}],
    byName: { b: { title: "b" } },
    choice: { case: "chosenPart", value: { title: "c" } },
    happenedAt: timestampFromDate(now),
    bytes: Uint8Array.of(1),
  });

  expect(made).toMatchObject({ id: "x", part: { title: "p" }, happenedAt: { seconds: 1_700_000_000n } });
  expect(makeMessage(Kinds, undefined)).toMatchObject({ id: "" });
});

test.each([
  [
    "a field",
    { happenedAt: now },
    "test.Kinds.happened_at: a Date is not a google.protobuf.Timestamp. Use timestampFromDate",
  ],
  ["an element of a list", { times: [timestampFromDate(now), now] }, "test.Kinds.times: a Date is not a"],
  ["a value of a map", { byName: { x: new Map() } }, "test.Kinds.by_name: a Map is not a test.Part"],
  [
    "a member of a oneof",
    { choice: { case: "chosenPart", value: now } },
    "test.Kinds.chosen_part: a Date is not a test.Part",
  ],
])("a value of a class is no message, as %s", (_, fields, text) => {
  expect(() => makeMessage(Kinds, fields)).toThrow(text);
});
