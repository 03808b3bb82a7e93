import { expect, test } from "vitest";
import { blocksOf, outputMatches } from "./block.ts";

const markdown = `# Title

\`\`\`ts file=src/a.ts run
const a = 1;
\`\`\`

\`\`\`ts excerpt=src/b.ts
const b = 1;
\`\`\`

- in a list:
  ~~~sh
  echo \`\`\`
    indented
  ~~~

\`\`\`
plain
\`\`\`
`;

test("blocks have their line, language, words and file", () => {
  const [ts, excerpt, sh, plain] = blocksOf("README.md", markdown);
  expect(ts).toEqual({
    source: "README.md",
    line: 3,
    language: "ts",
    words: new Set(["run"]),
    file: "src/a.ts",
    folder: undefined,
    excerpt: undefined,
    text: "const a = 1;\n",
  });
  expect(excerpt).toMatchObject({ line: 7, file: undefined, excerpt: "src/b.ts" });
  expect(sh).toMatchObject({ line: 12, language: "sh", text: "echo ```\n  indented\n" });
  expect(plain).toMatchObject({ line: 17, language: "", file: undefined });
});

test("a fence that is not closed is an error at its line", () => {
  expect(() => blocksOf("a.md", "\n```ts\nx")).toThrow("a.md:2: the fence is not closed");
});

test("output has to be the same, line by line, but for white space at the ends of lines", () => {
  expect(outputMatches("a\nb\n", "a \nb\n\n")).toBe(true);
  expect(outputMatches("a\nb\n", "a\n")).toBe(false);
  expect(outputMatches("a.c\n", "abc\n")).toBe(false);
});

test("a line … stands for any lines", () => {
  expect(outputMatches("a\n…\nd\n", "a\nb\nc\nd\n")).toBe(true);
  expect(outputMatches("a\n…\nd\n", "a\nd\n")).toBe(true);
  expect(outputMatches("a\n…\nd\n", "a\nb\n")).toBe(false);
  expect(outputMatches("a\n…\n", "a\nb\nc\n")).toBe(true);
});
