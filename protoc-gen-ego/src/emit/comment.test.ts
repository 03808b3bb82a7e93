import { describe, expect, test } from "vitest";
import { escapeControls } from "../escape.ts";
import { docComment } from "./comment.ts";

describe("a doc comment", () => {
  test("of one line is one line", () => {
    expect(docComment("Opens it.", "  ")).toBe("  /** Opens it. */\n");
  });

  test("of several lines has a line each", () => {
    expect(docComment("Opens it.\n\nOnce.")).toBe("/**\n * Opens it.\n *\n * Once.\n */\n");
  });

  test("of nothing is nothing", () => {
    expect(docComment("")).toBe("");
  });

  test.each([
    ["*/ alert() /*", "/** *\\/ alert() /* */\n"],
    ["/", "/** / */\n"],
    ["</script><SCRIPT></Script>", "/** <\\/script><SCRIPT><\\/Script> */\n"],
    ["<!-- x", "/** <\\!-- x */\n"],
    ["@ts-ignore", "/** \\@ts-ignore */\n"],
    ["@internal @internals", "/** \\@internal @internals */\n"],
    [`@deprecated \`x\` \${y}`, `/** @deprecated \`x\` \${y} */\n`],
    ["a\u2028b\u2029c\u0085d\re\r\nf", "/**\n * a\n * b\n * c\n * d\n * e\n * f\n */\n"],
    [
      "\u202Ea\u202C \u2066b\u2069 \u200F \u061C",
      "/** \\u{202E}a\\u{202C} \\u{2066}b\\u{2069} \\u{200F} \\u{061C} */\n",
    ],
    ["\0\u0007\u001B[31m\u009F", "/** \\u{0000}\\u{0007}\\u{001B}[31m\\u{009F} */\n"],
    ["a\tb", "/** a  b */\n"],
    ["zero\u200Bwidth \uFEFF", "/** zero\\u{200B}width \\u{FEFF} */\n"],
    ["\uD800", "/** \\u{D800} */\n"],
    ["Größe 📦", "/** Größe 📦 */\n"],
  ])("of %j is harmless", (text, comment) => {
    expect(docComment(text)).toBe(comment);
  });

  test("of any text is one comment: nothing of it is code", () => {
    const nasty = [
      "*",
      "/",
      "*/",
      "/*",
      "//",
      "\n",
      "\r",
      "\u2028",
      "\\",
      "`",
      "${",
      "}",
      "</script>",
      "@ts-ignore",
      " ",
    ];
    let seed = 7;
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return nasty[seed % nasty.length] ?? "";
    };
    for (let round = 0; round < 2000; round++) {
      const comment = docComment(`x${Array.from({ length: 12 }, next).join("")}`);
      expect(comment.startsWith("/**")).toBe(true);
      expect(comment.indexOf("*/")).toBe(comment.length - 3);
      expect(comment.replaceAll("\\@ts-", "")).not.toMatch(/[\u2028\r]|@ts-/);
    }
  });
});

test("one line of untrusted text stays one line", () => {
  expect(escapeControls("a\nb\r\u2028c")).toBe("a\\u{000A}b\\u{000D}\\u{2028}c");
});
