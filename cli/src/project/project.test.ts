import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { findProject, isInside } from "./project.ts";

test("the project is the nearest folder, upwards, with the files of buf", () => {
  const root = temporaryFolder({ "buf.yaml": "", "buf.gen.yaml": "", "src/deep/x.ts": "" });
  expect(findProject(root)).toEqual({ root });
  expect(findProject(join(root, "src/deep"))).toEqual({ root });
});

test("a project in a project is the one that counts", () => {
  const root = temporaryFolder({ "buf.yaml": "", "buf.gen.yaml": "", "in/buf.yaml": "", "in/buf.gen.yaml": "" });
  expect(findProject(join(root, "in")).root).toBe(join(root, "in"));
});

test("without a project, it is said where it was looked for", () => {
  const folder = temporaryFolder();
  expect(() => findProject(folder)).toThrow(
    expect.objectContaining({
      exitCode: 1,
      message: `There is no buf.yaml or buf.gen.yaml in ${folder}, nor in a folder above it.
Go to the folder of your project, or make a project: \`ego init <folder>\`.`,
    }),
  );
});

test.each([
  ["buf.yaml", "buf.gen.yaml", "what to generate, and where to"],
  ["buf.gen.yaml", "buf.yaml", "where the protos are"],
])("with only a %s, the %s is missed", (present, missing, purpose) => {
  const folder = temporaryFolder({ [present]: "" });
  expect(() => findProject(folder)).toThrow(
    `${folder} has a ${present}, but no ${missing}, which says ${purpose}.\n\`ego init <folder>\` makes a project with both.`,
  );
});

test("inside is what is below the root, symbolic links followed", () => {
  const outside = temporaryFolder();
  const root = temporaryFolder({ "src/x": "" });
  symlinkSync(outside, join(root, "link"));
  symlinkSync("src", join(root, "own"));
  symlinkSync(join(outside, "not-there"), join(root, "dangling"));
  symlinkSync("../not-there", join(root, "src/dangling"));
  symlinkSync("loop", join(root, "loop"));
  const inside = (path: string) => isInside({ root }, path);
  expect(
    ["src", "src/new/deep", ".", join(root, "src"), "src/../src", "..x", "own/gen", "src/dangling", "loop"].filter(
      inside,
    ),
  ).toHaveLength(9);
  expect(
    ["..", "../x", "src/../../x", outside, "link", "link/gen", "dangling", "dangling/x", "/"].filter(inside),
  ).toEqual([]);
});
