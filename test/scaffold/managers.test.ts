import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EgoPackages, egoPackages } from "../../cli/src/scaffold/ego-packages.ts";
import { origin } from "../../cli/src/scaffold/origin.ts";
import type { PackageManager } from "../../cli/src/scaffold/package-manager.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { makeProject } from "./make.ts";
import { output, run, userEnv } from "./shell.ts";

// Projects that other package managers install, and a real workspace of npm. A minute, so not in every run.
const because = process.env.CI ? "" : " [only where CI is set: it takes a minute]";
const base = realpathSync(mkdtempSync(join(tmpdir(), "ego-managers-")));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let packages: EgoPackages;
beforeAll(async () => {
  if (because === "") packages = await egoPackages(fakeHost(base), origin());
}, 120_000);

test.skipIf(because !== "")(
  `npm: a member of a workspace installs at its root, passes its tests and starts${because}`,
  async () => {
    mkdirSync(join(base, "workspace"));
    writeFileSync(join(base, "workspace/package.json"), '{ "private": true, "workspaces": ["packages/*"] }');
    const project = join(base, "workspace/packages/bank");
    makeProject(project, packages);
    await output(project, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    expect(existsSync(join(project, "node_modules/@ego"))).toBe(false);

    await passes(project, "npm");
  },
  180_000,
);

describe.each<[PackageManager, boolean]>([
  ["pnpm", await has("pnpm")],
  ["yarn", await has("yarn")],
])("%s", (manager, found) => {
  const reason = because || (found ? "" : ` [${manager} is not installed]`);
  test.skipIf(reason !== "")(
    `a project installs, passes its tests and starts${reason}`,
    async () => {
      const project = join(base, manager);
      makeProject(project, packages, { manager });
      const env = manager === "yarn" ? await yarnEnv() : {};
      await output(project, manager, ["install"], env);

      await passes(project, manager, env);
    },
    180_000,
  );
});

async function passes(project: string, manager: PackageManager, env: Readonly<Record<string, string>> = {}) {
  await output(project, manager, ["run", "generate"], env);
  expect(await output(project, manager, ["test"], env)).toContain("6 passed (6)");
  expect(await output(project, manager, ["start"], env)).toContain("paid in 250.00, balance 250.00, revision 2\n");
}

/** What yarn does not find out by itself. */
async function yarnEnv(): Promise<Readonly<Record<string, string>>> {
  const registry = await output(base, "npm", ["config", "get", "registry"]);
  return {
    // It runs on the Node of the machine: here, on this one, which is to trust whom the machine trusts.
    PATH: [join(process.execPath, ".."), userEnv.PATH].join(delimiter),
    NODE_USE_SYSTEM_CA: "1",
    // Where CI is set, it refuses to make a lockfile.
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    // It does not read what npm is told.
    YARN_NPM_REGISTRY_SERVER: registry.trim().replace(/\/$/, ""),
  };
}

async function has(manager: PackageManager): Promise<boolean> {
  return (await run(base, manager, ["--version"])).exitCode === 0;
}
