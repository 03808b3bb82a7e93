import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableName } from "./printable.ts";

test("escape sequences lose their effect and stay readable", () => {
  expect(printable("\u001b[31mred\u001b[0m")).toBe("\\x1b[31mred\\x1b[0m");
  expect(printable("\u009b2J")).toBe("\\x9b2J");
  expect(printable("a\u0007\u0008\u007f\u0000")).toBe("a\\x07\\x08\\x7f\\x00");
});

test("a carriage return cannot overwrite the line", () => {
  expect(printable("error\rfine!")).toBe("error\\x0dfine!");
  expect(printable("one\r\ntwo")).toBe("one\ntwo");
});

test("text cannot be reordered, broken or hidden", () => {
  expect(printable("a\u202eb")).toBe("a\\u{202e}b");
  expect(printable("a\u2028b\u2066c\u200bd\ufeffe")).toBe("a\\u{2028}b\\u{2066}c\\u{200b}d\\u{feff}e");
});

test("letters of all languages, lines and tabs stay", () => {
  expect(printable("größer\t漢字 👍\n")).toBe("größer\t漢字 👍\n");
});

test("a name stays within its line", () => {
  expect(printableName("a\nb\tc")).toBe("a\\x0ab\\x09c");
});

test("no text prints a control character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/v);
      expect(printableName(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    }),
  );
});
