import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ProjectChoices } from "../../cli/src/scaffold/project-files.ts";
import type { Database } from "../servers/database.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";
import { makeProject, packagesOf } from "./make.ts";
import { output } from "./shell.ts";

const root = join(import.meta.dirname, "../..");

const opened = `Ann's account is open
paid in 250.00, balance 250.00, revision 2
1000.00 is too much, 750.00 are missing
`;

/**
 * A project of each kind that `ego init` makes, built, tested and run.
 *
 * @param base a folder for them
 * @param first the project of the default kind, with its packages installed: the others see the same
 */
export function describeKinds(base: string, first: string): void {
  const make = (folder: string, choices: Partial<ProjectChoices>) => {
    const project = join(base, folder);
    makeProject(project, packagesOf(first), choices);
    return project;
  };
  const npm = (project: string, script: string, ...args: string[]) =>
    output(project, "npm", ["run", "--silent", script, "--", ...args]);

  test("an empty project generates, passes its tests and starts", async () => {
    const project = make("empty", { example: false });
    linkModules(first, project);

    expect(await npm(project, "generate")).toBe("There is no proto yet. Make one: `ego add entity <name>`.\n");
    expect(await npm(project, "test")).toContain("No test files found, exiting with code 0");
    expect(await npm(project, "start")).toMatch(/^An engine with 0 entities is running\./);
    expect(existsSync(join(project, "app.db"))).toBe(true);
  }, 60_000);

  describe.each<[string, Database, "postgres" | "mysql"]>([
    ["postgres", postgres, "postgres"],
    ["mysql", mariadb, "mysql"],
  ])("%s", (_, { skipped, ...database }, store) => {
    test.skipIf(skipped !== undefined)(
      `a project on it passes its tests, starts, and says where its schema stands${skipped ? ` [${skipped}]` : ""}`,
      async () => {
        const project = make(store, { store });
        linkModules(first, project);
        await using fresh = await database.open();
        const env = { DATABASE_URL: fresh.url ?? "" };
        const start = () => output(project, "npm", ["start", "--silent"], env);

        await npm(project, "generate");
        expect(await npm(project, "test")).toContain("6 passed (6)");
        expect(await start()).toBe(opened);
        expect(await start()).toContain("recovered from the store");
        const status = await output(project, "npm", ["run", "--silent", "ego", "migrate", "status"], env);
        expect(status).toContain("Up to date.");
      },
      60_000,
    );
  });

  test("a member of a workspace finds what is installed at the root, and brings ego's options", async () => {
    const workspace = join(base, "workspace");
    mkdirSync(workspace);
    writeFileSync(join(workspace, "package.json"), '{ "private": true, "workspaces": ["packages/*"] }');
    const project = make("workspace/packages/bank", {});
    linkModules(first, workspace);

    await npm(project, "generate");
    expect(await npm(project, "test")).toContain("6 passed (6)");
    expect(await npm(project, "start")).toBe(opened);
    expect(readFileSync(join(project, "third_party/proto/ego/v1/ego.proto"), "utf8")).toBe(
      readFileSync(join(root, "protoc-gen-ego/proto/ego/v1/ego.proto"), "utf8"),
    );
    const readme = readFileSync(join(project, "README.md"), "utf8");
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(project, link)))).toEqual([]);
  }, 60_000);
}

/** Installs in a folder what the first project has, and the drivers, of the versions that this repository has. */
export function linkModules(first: string, folder: string): void {
  const modules = join(first, "node_modules");
  for (const name of ["pg", "@types/pg", "mysql2"]) {
    const driver = join(modules, name);
    if (!existsSync(driver)) symlinkSync(join(root, "node_modules", name), driver);
  }
  symlinkSync(modules, join(folder, "node_modules"));
}
