import fc from "fast-check";
import { expect, test } from "vitest";
import { tokensOf } from "./tokens.ts";

test("comments, texts, words and all else are told apart", () => {
  expect(tokensOf(`a.b = "// no" 'it\\'s' // yes\r\n/* { */{ 1.5`).map(({ kind, text }) => [kind, text])).toEqual([
    ["word", "a"],
    ["symbol", "."],
    ["word", "b"],
    ["symbol", "="],
    ["string", '"// no"'],
    ["string", "'it\\'s'"],
    ["comment", "// yes"],
    ["comment", "/* { */"],
    ["symbol", "{"],
    ["word", "1"],
    ["symbol", "."],
    ["word", "5"],
  ]);
});

test("a byte order mark is no token", () => {
  expect(tokensOf("\ufeffsyntax").map(({ text, start }) => [text, start])).toEqual([["syntax", 1]]);
});

const piece = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("//", "/*", "*/", '"', "'", "\\", "\n"));

test("of any text, nothing but blanks is between the tokens, and each is where it says", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      const tokens = tokensOf(text);
      expect(tokens.map(({ start, end }) => text.slice(start, end))).toEqual(tokens.map((token) => token.text));
      const gaps = [...tokens, { start: text.length }].map(({ start }, index) =>
        text.slice(tokens[index - 1]?.end ?? 0, start),
      );
      expect(gaps.join("").trim()).toBe("");
    }),
    { numRuns: 200 },
  );
});
