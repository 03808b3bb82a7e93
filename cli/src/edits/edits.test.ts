import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { applyEdits } from "./apply-edits.ts";
import { type FileEdit, readText, unifiedDiff } from "./file-edit.ts";

function refusal(root: string, edits: readonly FileEdit[]): string {
  try {
    applyEdits({ root }, edits);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  throw new Error("it was written");
}

test("changes and makes files, with the folders that they need, and keeps modes", () => {
  const root = temporaryFolder({ "src/a.ts": "a\n" });
  chmodSync(join(root, "src/a.ts"), 0o750);

  const written = applyEdits({ root }, [
    { file: "src/a.ts", before: "a\n", after: "b\n" },
    { file: "src/new/deep/c.ts", before: undefined, after: "c\n" },
    { file: "src/same.ts", before: "x", after: "x" },
  ]);

  expect(written).toEqual(["src/a.ts", "src/new/deep/c.ts"]);
  expect(readFileSync(join(root, "src/a.ts"), "utf8")).toBe("b\n");
  expect(statSync(join(root, "src/a.ts")).mode & 0o777).toBe(0o750);
  expect(readFileSync(join(root, "src/new/deep/c.ts"), "utf8")).toBe("c\n");
  expect(readdirSync(join(root, "src")).toSorted()).toEqual(["a.ts", "new"]);
});

test("a symbolic link inside of the project stays one; its file is changed", () => {
  const root = temporaryFolder({ "real/a.ts": "a" });
  symlinkSync("real/a.ts", join(root, "link.ts"));

  applyEdits({ root }, [{ file: "link.ts", before: "a", after: "b" }]);

  expect(lstatSync(join(root, "link.ts")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(root, "real/a.ts"), "utf8")).toBe("b");
});

test("all or none: what was written before one that cannot be written is as it was", () => {
  const root = temporaryFolder({ "a.ts": "a", "folder/b.ts/in-the-way": "" });
  chmodSync(join(root, "a.ts"), 0o600);

  expect(
    refusal(root, [
      { file: "a.ts", before: "a", after: "changed" },
      { file: "new/n.ts", before: undefined, after: "new" },
      { file: "folder/b.ts", before: undefined, after: "b" },
    ]),
  ).toMatch(/folder\/b\.ts/);

  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("a");
  expect(statSync(join(root, "a.ts")).mode & 0o777).toBe(0o600);
  expect(existsSync(join(root, "new"))).toBe(false);
  expect(readdirSync(root).toSorted()).toEqual(["a.ts", "folder"]);
});

test("a rename that fails after others succeeded takes them back", () => {
  const root = temporaryFolder({ "a.ts": "a" });
  // A folder comes into being where b is to be, when all is staged and b has been checked: as c is.
  const last: FileEdit = {
    file: "c.ts",
    get before() {
      const staged = readdirSync(root).some((name) => name.startsWith(".c.ts."));
      if (staged) mkdirSync(join(root, "b.ts/x"), { recursive: true });
      return undefined;
    },
    after: "c",
  };
  const edits = [
    { file: "a.ts", before: "a", after: "changed" },
    { file: "b.ts", before: undefined, after: "b" },
    last,
  ];

  expect(refusal(root, edits)).toMatch(/^Nothing was written: .*rename.*b\.ts/);

  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("a");
  expect(readdirSync(root).toSorted()).toEqual(["a.ts", "b.ts"]);
});

test("what was changed since it was read is not overwritten", () => {
  const root = temporaryFolder({ "a.ts": "newer", "b.ts": "here" });

  expect(refusal(root, [{ file: "a.ts", before: "a", after: "b" }])).toBe(
    "a.ts was changed in the meantime. Nothing was written. Try again.",
  );
  expect(refusal(root, [{ file: "b.ts", before: undefined, after: "b" }])).toBe(
    "b.ts has been made in the meantime. Nothing was written. Try again.",
  );
  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("newer");
});

test("nothing outside of the project is written, by whichever way", () => {
  const outside = temporaryFolder({ "a.ts": "a" });
  const root = temporaryFolder();
  symlinkSync(outside, join(root, "out"));

  for (const file of ["../x.ts", "out/a.ts", "out/new.ts", join(tmpdir(), "x.ts")]) {
    expect(refusal(root, [{ file, before: file === "out/a.ts" ? "a" : undefined, after: "b" }])).toMatch(
      /is outside of the project\. ego writes only below/,
    );
  }
  expect(readdirSync(outside)).toEqual(["a.ts"]);
});

test("what is not UTF-8 is refused rather than changed", () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "latin.ts"), Buffer.from([0x2f, 0x2f, 0xe4]));
  writeFileSync(join(root, "bom.ts"), "\ufeffa\r\n");

  expect(() => readText({ root }, "latin.ts")).toThrow("latin.ts is not UTF-8. Save it as UTF-8.");
  expect(() => readText({ root }, "none.ts")).toThrow(/^none\.ts cannot be read: ENOENT/);
  expect(readText({ root }, "bom.ts")).toBe("\ufeffa\r\n");
});

test("a diff shows changed and new files", () => {
  expect(
    unifiedDiff([
      { file: "a.ts", before: "1\n2\n", after: "1\n3\n" },
      { file: "b.ts", before: undefined, after: "n\n" },
      { file: "same.ts", before: "s", after: "s" },
    ]),
  ).toBe("--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n--- /dev/null\n+++ b/b.ts\n@@ -0,0 +1,1 @@\n+n\n");
});
