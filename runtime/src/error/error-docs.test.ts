import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The codes, as the type has them: a type is gone when a test runs. */
const codes = [
  ...(/export type EgoErrorCode =([^;]+);/.exec(read("runtime/src/error/ego-error.ts"))?.[1] ?? "").matchAll(
    /"(\w+)"/g,
  ),
].map(([, code = ""]) => code);

test("each code of an error has its section in the docs, and each section its code", () => {
  expect(codes.length).toBeGreaterThan(10);
  const sections = [...read("docs/errors.md").matchAll(/^### (.+)$/gm)].map(([, title = ""]) => title);
  expect(sections.toSorted()).toEqual(codes.toSorted());
});

test.each(["docs/errors.md", "docs/runtime.md"])("the table of %s has each code once", (file) => {
  const text = read(file);
  const start = Math.max(text.indexOf("## Errors\n"), 0);
  const rows = [...text.slice(start).matchAll(/^\| (?!code|---)(.*?) \|/gm)].map(([, cell = ""]) => cell);
  const named = rows.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code));
  const found = named.slice(0, codes.length);
  expect(found.toSorted()).toEqual(codes.toSorted());
});

test("what links to a code's section leads there", () => {
  const links = [...read("docs/errors.md").matchAll(/\]\(#(\w+)\)/g)].map(([, anchor = ""]) => anchor);
  expect(links.filter((anchor) => !codes.includes(anchor))).toEqual([]);
});
