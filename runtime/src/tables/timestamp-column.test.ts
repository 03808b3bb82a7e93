import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { timestampOf, timestampText } from "./timestamp-column.ts";

test("a time is read back exactly, also with fewer digits than ego writes", () => {
  const time = create(TimestampSchema, { seconds: -1n, nanos: 120_000_000 });

  expect(timestampText(time)).toBe("1969-12-31T23:59:59.120000000Z");
  expect(timestampOf("1969-12-31T23:59:59.120000000Z")?.message).toEqual(time);
  expect(timestampOf("1969-12-31T23:59:59.12Z")?.message).toEqual(time);
});

test.each(["", "now", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01", '"2024-01-01T00:00:00Z"'])(
  "%j is no time",
  (text) => expect(timestampOf(text)).toBeUndefined(),
);

test.each([{ seconds: 253_402_300_800n }, { seconds: -62_135_596_801n }, { nanos: 1_000_000_000 }, { nanos: -1 }])(
  "%o cannot be written",
  (fields) => {
    expect(() => timestampText(create(TimestampSchema, fields))).toThrow("is not in the years 1 to 9999");
  },
);
