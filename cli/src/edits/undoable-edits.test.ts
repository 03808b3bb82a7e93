import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { lineBefore } from "./line-map.ts";
import { applyUndoably } from "./undoable-edits.ts";

test("what is taken back is as it was: content, files and the folders that were made for them", () => {
  const root = temporaryFolder({ "a.ts": "a" });
  mkdirSync(join(root, "empty"));
  const undo = applyUndoably({ root }, [
    { file: "a.ts", before: "a", after: "b" },
    { file: "new/deep/c.ts", before: undefined, after: "c" },
    { file: "empty/d.ts", before: undefined, after: "d" },
  ]);
  expect(readFileSync(join(root, "new/deep/c.ts"), "utf8")).toBe("c");

  undo();

  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("a");
  expect(existsSync(join(root, "new"))).toBe(false);
  expect(existsSync(join(root, "empty/d.ts"))).toBe(false);
  expect(existsSync(join(root, "empty"))).toBe(true);
});

test("what somebody changed since stays, and the folder that it is in", () => {
  const root = temporaryFolder({ "a.ts": "a" });
  const undo = applyUndoably({ root }, [
    { file: "a.ts", before: "a", after: "b" },
    { file: "new/c.ts", before: undefined, after: "c" },
  ]);
  writeFileSync(join(root, "a.ts"), "mine");
  writeFileSync(join(root, "new/mine.ts"), "mine");

  undo();

  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("mine");
  expect(existsSync(join(root, "new/c.ts"))).toBe(false);
  expect(existsSync(join(root, "new/mine.ts"))).toBe(true);
});

test("a line behind what is new has the number that it had", () => {
  const edit = { file: "a", before: "1\n2\n3\n4\n", after: "1\nnew\nnew\n2\n4\n" };
  expect([1, 2, 3, 4, 5].map((line) => lineBefore(edit, line))).toEqual([1, undefined, undefined, 2, 4]);
  expect(lineBefore({ ...edit, before: undefined }, 1)).toBeUndefined();
});
