import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { makeFolder } from "./target-folder.ts";

test("files are written into a new folder, with the folders that they need", () => {
  const folder = join(temporaryFolder(), "a/b");
  makeFolder(folder).write(
    new Map<string, string | Uint8Array>([
      ["src/x.ts", "x"],
      ["vendor/y.tgz", new Uint8Array([1, 2])],
    ]),
  );
  expect(readFileSync(join(folder, "src/x.ts"), "utf8")).toBe("x");
  expect([...readFileSync(join(folder, "vendor/y.tgz"))]).toEqual([1, 2]);
});

test("an empty folder is taken", () => {
  const folder = temporaryFolder();
  makeFolder(folder).write(new Map([["x", ""]]));
  expect(readdirSync(folder)).toEqual(["x"]);
});

test("a folder that is not empty is refused, with what is in it", () => {
  const folder = temporaryFolder({ "b.txt": "", ".git/config": "", "a\u001b[2J": "" });
  expect(() => makeFolder(folder)).toThrow(`${folder} is not empty:\n  .git\n  a\\x1b[2J\n  b.txt\nTake a new folder.`);
  expect(readdirSync(folder)).toHaveLength(3);
});

test("of many entries only the first ten are listed", () => {
  const names = Array.from({ length: 12 }, (_, index) => [`f${String(index).padStart(2, "0")}`, ""]);
  const folder = temporaryFolder(Object.fromEntries(names));
  expect(() => makeFolder(folder)).toThrow("  f09\n  … and 2 more\nTake");
});

test("a file in the way is refused, also further up", () => {
  const folder = temporaryFolder({ file: "" });
  expect(() => makeFolder(join(folder, "file"))).toThrow(`${folder}/file is in the way: it is not a folder.`);
  expect(() => makeFolder(join(folder, "file/x/y"))).toThrow(`${folder}/file is in the way: it is not a folder.`);
});

test("a symbolic link that leads nowhere is in the way", () => {
  const folder = temporaryFolder();
  symlinkSync("nowhere", join(folder, "link"));
  expect(() => makeFolder(join(folder, "link/x"))).toThrow(`${folder}/link is in the way: it is not a folder.`);
});

test("a folder that cannot be made is the environment's fault, and nothing is left of it", () => {
  const folder = temporaryFolder();
  const tooLong = join(folder, "new", "x".repeat(300));
  expect(() => makeFolder(tooLong)).toThrow(
    expect.objectContaining({ message: `${tooLong} cannot be made: the name is too long.`, exitCode: 2 }),
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("a place that takes no folder ends with a message", () => {
  expect(() => makeFolder("/proc/x/y")).toThrow("/proc/x/y cannot be made: ");
});

test("undo takes away what was made, and the folders above it", () => {
  const folder = temporaryFolder();
  const made = makeFolder(join(folder, "a/b"));
  made.write(new Map([["src/x.ts", ""]]));
  made.undo();
  expect(readdirSync(folder)).toEqual([]);
});

test("undo leaves what somebody else put there, and the folder that was there", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bank"));
  const made = makeFolder(join(folder, "bank"));
  made.write(new Map([["src/x.ts", ""]]));
  writeFileSync(join(folder, "bank/src/mine.ts"), "");
  made.undo();
  made.undo();
  expect(readdirSync(join(folder, "bank/src"))).toEqual(["mine.ts"]);
});

test("what somebody else wrote in the meantime is not overwritten", () => {
  const folder = temporaryFolder();
  const made = makeFolder(folder);
  writeFileSync(join(folder, "x"), "mine");
  expect(() => made.write(new Map([["x", "theirs"]]))).toThrow("cannot be made");
  made.undo();
  expect(readFileSync(join(folder, "x"), "utf8")).toBe("mine");
});
