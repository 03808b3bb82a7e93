import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { findWorkspace } from "./workspace.ts";

const npm = (workspaces: unknown) => ({ "package.json": JSON.stringify({ name: "all", workspaces }) });

test("outside of a workspace there is none, whatever manifest stands above", () => {
  for (const manifest of ["{}", '{"workspaces":7}', '{"workspaces":{}}', "no json", "null"]) {
    const root = temporaryFolder({ "package.json": manifest });
    expect(findWorkspace(join(root, "bank"))).toBeUndefined();
  }
  const settings = temporaryFolder({ "pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - node\n" });
  expect(findWorkspace(join(settings, "bank"))).toBeUndefined();
});

test.each([
  [["packages/*"], "packages/bank", true],
  [["packages/*"], "packages/deep/bank", false],
  [["packages/**"], "packages/deep/bank", true],
  [["./apps/bank/"], "apps/bank", true],
  [["apps/*", "!apps/bank"], "apps/bank", false],
  [["apps/*"], "bank", false],
  [[], "bank", false],
])("%j and %s: a member? %s", (patterns, folder, member) => {
  const root = temporaryFolder(npm(patterns));
  expect(findWorkspace(join(root, folder))).toEqual({ root, manager: "npm", member, hoisted: true });
});

test("the older form of yarn is known too", () => {
  const root = temporaryFolder({ ...npm({ packages: ["apps/*"] }), "yarn.lock": "" });
  expect(findWorkspace(join(root, "apps/bank"))).toEqual({ root, manager: "yarn", member: true, hoisted: true });
});

test.each([
  'packages:\n  - "apps/*"\n  - tools\n',
  "packages: # all of them\r\n- 'apps/*'\r\n\r\n# and\r\n- tools # too\r\nother: 1\r\n",
  "catalog:\n  a: 1\npackages:\n\n  - apps/*",
])("the patterns of pnpm are read: %j", (yaml) => {
  const root = temporaryFolder({ "pnpm-workspace.yaml": yaml, ...npm(["elsewhere/*"]) });
  expect(findWorkspace(join(root, "apps/bank"))).toEqual({ root, manager: "pnpm", member: true, hoisted: false });
  expect(findWorkspace(join(root, "elsewhere/bank"))?.member).toBe(false);
});

test("the nearest workspace counts", () => {
  const root = temporaryFolder({ ...npm(["**"]), "inner/package.json": JSON.stringify({ workspaces: ["apps/*"] }) });
  expect(findWorkspace(join(root, "inner/apps/bank"))?.root).toBe(join(root, "inner"));
});
