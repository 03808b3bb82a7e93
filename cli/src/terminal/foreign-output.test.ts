import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { handOn, printableOutput } from "./foreign-output.ts";

test("colours stay, lines stay, and nothing else speaks to the terminal", () => {
  expect(printableOutput("a\tb\r\n\u001b[1;31mred\u001b[0m\u001b[2J\u001b]0;title\u0007\u202e")).toBe(
    "a\tb\n\u001b[1;31mred\u001b[0m\\x1b[2J\\x1b]0;title\\x07\\u{202e}",
  );
});

test("however it is cut into pieces, the same comes out", async () => {
  const part = fc.constantFrom("\u001b", "[", "3", "1", "m", ";", "\r", "\n", "ä", "J", "\u202e");
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 20 }), fc.array(fc.nat(20)), async (parts, cuts) => {
      const whole = parts.join("");
      const from = new PassThrough();
      const to = new PassThrough();
      handOn(from, to);
      from.once("end", () => to.end());
      const bytes = Buffer.from(whole);
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      for (const [index, place] of places.slice(1).entries()) from.write(bytes.subarray(places[index], place));
      from.end();
      expect(await text(to)).toBe(printableOutput(whole));
    }),
  );
});
