import { expect, test } from "vitest";
import { formatPositions, parsePositions } from "./positions.ts";

test.each([
  [[0, 0, 0], "v1;shards=3;"],
  [[0, 17, 0], "v1;shards=3;1:17"],
  [[4, 0, Number.MAX_SAFE_INTEGER], "v1;shards=3;0:4,2:9007199254740991"],
])("positions %j are the text %s, and the other way round", (positions, text) => {
  expect(formatPositions(positions)).toBe(text);
  expect(parsePositions(text, 3)).toEqual(positions);
});

test.each([
  ["of another journal", "v1;shards=64;3:1", /of a journal with 64 shards, and this one has 3/],
  ["misspelt", "strat", /"strat" is no position in a journal. Begin at "start", at "now"/],
  ["empty", "", /"" is no position/],
  ["of a later form", "v2;shards=3;", /is no position in a journal/],
  ["cut off", "v1;shards=3;1:", /is no position in a journal/],
  ["with more behind", "v1;shards=3;1:2;", /is no position in a journal/],
  ["of a shard that is none", "v1;shards=3;3:1", /3:1 of .* is no position of a shard/],
  ["of a shard twice", "v1;shards=3;1:1,1:2", /1:2 of/],
  ["at a position that is none", "v1;shards=3;1:0", /1:0 of/],
  ["beyond all numbers", "v1;shards=3;1:9007199254740993", /is no position of a shard/],
  ["that are no text", 5 as never, /5 is no position/],
])("positions %s are refused", (_, text, message) => {
  expect(() => parsePositions(text, 3)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  expect(() => parsePositions(text, 3)).toThrow(message);
});
