import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoted } from "./quoted.ts";

test("plain words stay as they are, and what a shell would take for more is quoted", () => {
  expect(["bank", "../my-bank", "a@1.2:3"].map(quoted)).toEqual(["bank", "../my-bank", "a@1.2:3"]);
  expect(["", "-x", "~", "=ls", "my bank", "it's", "$HOME", "a*"].map(quoted)).toEqual([
    ...["''", "'-x'", "'~'", "'=ls'", "'my bank'", "'it'\\''s'", "'$HOME'", "'a*'"],
  ]);
});

test("a shell reads each word as the text that it was made of", () => {
  const words = fc.sample(
    fc
      .array(fc.oneof(fc.string(), fc.constantFrom(..."'\"\\`$~!*?[]{}()<>|&;#=%- \t\n\r")))
      .map((parts) => parts.join("")),
    300,
  );
  const texts = words.map((word) => word.replaceAll("\0", ""));
  const script = `printf '%s\\0' ${texts.map(quoted).join(" ")}`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(texts);
});
