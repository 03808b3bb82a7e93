import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { origin } from "./origin.ts";

test("a package beside tools/build.ts is in a clone, also through the link that npm makes of it", () => {
  const root = temporaryFolder({ "tools/build.ts": "", "cli/package.json": "{}", "node_modules/@ego/.keep": "" });
  symlinkSync("../../cli", join(root, "node_modules/@ego/cli"));
  const clone = { kind: "clone", root, templates: join(root, "templates") };
  expect(origin(join(root, "cli"))).toEqual(clone);
  expect(origin(join(root, "node_modules/@ego/cli"))).toEqual(clone);
});

test("a package that npm installed brings its templates along", () => {
  const root = temporaryFolder({ "node_modules/@ego/cli/package.json": "{}" });
  const folder = join(root, "node_modules/@ego/cli");
  expect(origin(folder)).toEqual({ kind: "package", templates: join(folder, "templates") });
});
