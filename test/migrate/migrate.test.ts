import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import type { EgoApp } from "../../cli/src/config.ts";
import { main } from "../../cli/src/main.ts";
import type * as schema from "../../cli/src/migrate/schema.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import type { EngineOptions, ProjectMigrations, SchemaChange, SchemaStatus } from "../../runtime/src/index.ts";
import { sqliteMigrations } from "../../runtime/src/stores/sql/migrations/sqlite.ts";
import { formatVersion } from "../../runtime/src/stores/sql/schema.ts";
import { mariadb } from "../servers/mariadb.ts";
import { postgres } from "../servers/postgres.ts";

const root = join(import.meta.dirname, "../..");
const inventory = join(root, "examples/inventory/src");

interface Ran {
  readonly exitCode: unknown;
  readonly out: string;
  readonly err: string;
}

/** `ego migrate` as a program of its own. */
function ego(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const command = ["--conditions=@ego/source", join(root, "cli/bin/ego.js"), "migrate", ...args];
  return new Promise((done) =>
    execFile(process.execPath, command, { cwd, env: { ...process.env, ...env } }, (error, out, err) =>
      done({ exitCode: error === null ? 0 : error.code, out, err }),
    ),
  );
}

/** `ego migrate` in this process. */
async function here(cwd: string, ...args: readonly string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost(cwd);
  const exitCode = await main(["migrate", ...args], host);
  return { exitCode, printed: host.printed.join("\n") };
}

const names = Object.keys(sqliteMigrations);
const width = Math.max(...names.map((name) => name.length));
/** One line of the text for each migration. */
const lines = (line: (name: string) => string) => names.map(line).join("\n");
const pendingLines = lines((name) => `  ${name.padEnd(width)}  pending`);
const appliedLines = lines((name) => `  applied  ${name}`);
const applied = / {2}0001_journal +applied \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

describe("with a store that is named", () => {
  test("status and up say what is pending and what was done; the exit code does too", async () => {
    const cwd = temporaryFolder();
    const file = join(cwd, "bank.db");
    expect(await here(cwd, "status", "--store", "sqlite:bank.db")).toEqual({
      exitCode: 1,
      printed: `SQLite, ${file}: no journal yet
${pendingLines}
Tables of states are not looked at: ego.config.ts says which there are.
Not up to date: \`ego migrate up\`, or the next start of an engine, does it.`,
    });
    expect(existsSync(file)).toBe(false);
    expect(await here(cwd, "up", "--store", "sqlite:bank.db")).toEqual({
      exitCode: 0,
      printed: `SQLite, ${file}: format ${formatVersion}
Tables of states are not looked at: ego.config.ts says which there are.
${appliedLines}
Up to date.`,
    });
    const { exitCode, printed } = await here(cwd, "status", "--store", `sqlite://${file}`);
    expect(exitCode).toBe(0);
    expect(printed).toMatch(applied);
    expect((await here(cwd, "up", "--store", `sqlite:${file}`)).printed).toMatch(/\nNothing was pending\.$/);
  });

  test.each([postgres, mariadb])("in a server: $name", async ({ skipped, open }) => {
    if (skipped !== undefined) return console.info(`skipped: ego migrate, since ${skipped}`);
    await using database = await open();
    const cwd = temporaryFolder();
    const store = ["--store", database.url ?? "", "--json"];
    const status = async (verb: string) => {
      const { exitCode, printed } = await here(cwd, verb, ...store);
      return { exitCode, ...(JSON.parse(printed) as object) };
    };
    const pending = { format: null, upToDate: false, migrations: names.map((name) => ({ name, appliedAt: null })) };
    const done = { exitCode: 0, format: formatVersion, upToDate: true, tables: [] };
    expect(await status("status")).toMatchObject({ exitCode: 1, ...pending });
    expect(await status("up")).toMatchObject({ ...done, applied: names });
    expect(await status("up")).toMatchObject({ ...done, applied: [] });
    expect(await status("status")).toMatchObject(done);
  });

  test("a schema of Postgres is another journal", async () => {
    if (postgres.skipped !== undefined) return console.info(`skipped: ego migrate, since ${postgres.skipped}`);
    await using database = await postgres.open();
    const cwd = temporaryFolder();
    const store = ["--store", database.url ?? ""];
    expect((await here(cwd, "up", ...store, "--schema", "bank")).exitCode).toBe(0);
    expect((await here(cwd, "status", ...store, "--schema", "bank")).exitCode).toBe(0);
    expect((await here(cwd, "status", ...store)).exitCode).toBe(1);
  });

  test("two that bring it up to date at once do it once", async () => {
    const cwd = temporaryFolder();
    const both = await Promise.all([1, 2].map(() => ego(cwd, ["up", "--store", "sqlite:a.db", "--json"])));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(both.flatMap(({ out }) => (JSON.parse(out) as { applied: string[] }).applied)).toEqual(names);
  });

  test("EGO_STORE names it too, and an option wins", async () => {
    const cwd = temporaryFolder();
    const env = { EGO_STORE: "sqlite:env.db" };
    expect((await ego(cwd, ["status"], env)).out).toContain(join(cwd, "env.db"));
    expect((await ego(cwd, ["status", "--store", "sqlite:option.db"], env)).out).toContain(join(cwd, "option.db"));
  });

  test.each([
    ["mongodb://ann:secret@host/x"],
    ["postgres://ann:secret@[x"],
    ["postgres://ann:secret@localhost:1/bank"],
    ["sqlite:"],
    ["sqlite::memory:"],
  ])("%s is refused, and no password is said", async (address) => {
    const { exitCode, printed } = await here(temporaryFolder(), "status", "--store", address);
    expect(exitCode).toBe(2);
    expect(printed).toMatch(/A store is named as sqlite:FILE|A connectionString looks like|at localhost:1\/bank: /);
    expect(printed).not.toContain("secret");
  });

  test("a file that is none is refused by its name, which cannot speak to the terminal", async () => {
    const name = "\u001b[2J.db";
    const cwd = temporaryFolder({ [name]: "this is a text, not a database\n".repeat(100) });
    const { exitCode, printed } = await here(cwd, "status", "--store", `sqlite:${name}`);
    expect(exitCode).toBe(2);
    expect(printed).toContain("is not a SQLite database");
    expect((await here(cwd, "status", "--store", `sqlite:not-${name}`)).printed).toContain("not-\\x1b[2J.db");
  });

  test.each([[["statu"]], [["status", "--stor", "x"]], [["status", "--schema", "x", "--store", "sqlite:a"]]])(
    "what is typed wrong exits with 2, since 1 is an answer: %j",
    async (args) => {
      expect((await here(temporaryFolder(), ...args)).exitCode).toBe(2);
    },
  );
});

describe("with ego.config.ts", () => {
  const config = `import type { EgoConfig } from "@ego/cli";
const config: EgoConfig = { app: () => import("./src/app.ts") };
export default config;
`;
  const app = `import { sqliteStore } from "@ego/runtime/sqlite";
import { inventoryItem } from ${JSON.stringify(join(inventory, "gen/shop/v1/inventory_ego.ts"))};
import { inventoryBehavior } from ${JSON.stringify(join(inventory, "inventory.ts"))};

export const store = sqliteStore({ filename: new URL("../shop.db", import.meta.url).pathname });
export const entities = [inventoryItem.implement(inventoryBehavior)];
`;
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "ego-migrate-")));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The project with these files, in place of those of its name. */
  const write = (files: Readonly<Record<string, string>>) =>
    writeFiles(folder, {
      "package.json": '{ "type": "module" }',
      "ego.config.ts": config,
      "src/app.ts": app,
      ...files,
    });

  test("the store and the tables of the entities are those of the application, from any folder of the project", async () => {
    write({});
    const file = join(folder, "shop.db");
    expect(await ego(join(folder, "src"), ["status"])).toEqual({
      exitCode: 1,
      out: `SQLite, ${file}: no journal yet
${pendingLines}
  table inventory_items  missing
Not up to date: \`ego migrate up\`, or the next start of an engine, does it.
`,
      err: "",
    });
    expect(await ego(folder, ["up"])).toEqual({
      exitCode: 0,
      out: `SQLite, ${file}: format ${formatVersion}
  table inventory_items  present
${appliedLines}
Up to date.
`,
      err: "",
    });
    expect((await ego(folder, ["status"])).exitCode).toBe(0);
  });

  test("a file that the application names counts from the root of the project, one of --store from where one is", async () => {
    const app = 'import { sqliteStore } from "@ego/runtime/sqlite";\nexport const entities = [];\n';
    write({ "src/app.ts": `${app}export const store = sqliteStore({ filename: "relative.db" });\n` });
    const src = join(folder, "src");
    expect((await ego(src, ["status"])).out).toContain(`SQLite, ${join(folder, "relative.db")}: no journal yet\n`);
    const named = await ego(src, ["status", "--store", "sqlite:relative.db"]);
    expect(named.out).toContain(`SQLite, ${join(src, "relative.db")}: no journal yet\n`);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "without a default export",
      { "ego.config.ts": "export const app = 1;\n" },
      "ego.config.ts has no default export. Write:",
    ],
    [
      "without `app`",
      { "ego.config.ts": "export default {};\n" },
      "ego.config.ts has no function `app` in its default export",
    ],
    [
      "that names a file which is not there",
      { "ego.config.ts": config.replace("app.ts", "none.ts") },
      "ego.config.ts cannot be loaded: Cannot find module",
    ],
    [
      "whose application throws",
      { "src/app.ts": 'throw new Error("no \\u001b[2J database");\n' },
      "cannot be loaded: no \\x1b[2J database\n  at ",
    ],
    [
      "of a file that Node does not run",
      { "ego.config.ts": config.replace("app.ts", "app.tsx"), "src/app.tsx": "" },
      "Node runs .js, and .ts from 22.18 on, unless it is told --no-strip-types.",
    ],
    [
      "whose application has an enum",
      { "src/app.ts": "export enum Color { Red }\n" },
      "take `erasableSyntaxOnly` into tsconfig.json",
    ],
    [
      "whose application has no store",
      { "src/app.ts": "export const entities = [];\n" },
      "has no `store`. It has to export what Engine.start takes: `store` and `entities`. It exports entities.",
    ],
    [
      "whose application has no entities",
      { "src/app.ts": "export const store = { events: {} };\n" },
      "has no `entities`",
    ],
    [
      "whose store is a function",
      { "src/app.ts": "export const store = () => {};\nexport const entities = [];\n" },
      "has a `store` that is none",
    ],
    [
      "whose entities are not implemented",
      { "src/app.ts": app.replace(".implement(inventoryBehavior)", "") },
      "entities[0] of",
    ],
    [
      "whose store is in memory",
      { "src/app.ts": app.replace(/sqliteStore\(.*\)/, 'sqliteStore({ filename: ":memory:" })') },
      "has no schema to migrate: it is in memory, or one of your own",
    ],
  ])("one %s is refused, with what to do", async (_, files, text) => {
    write(files);
    const { exitCode, out, err } = await ego(folder, ["status"]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(text);
  });

  test("without one, and without --store, it is said what to write", async () => {
    const cwd = temporaryFolder();
    expect(await here(cwd, "status")).toEqual({
      exitCode: 2,
      printed: `There is no ego.config.ts in ${cwd}, nor in a folder above it.
Go to the folder of your project; or name the store, as \`--store sqlite:bank.db\` or EGO_STORE=postgres://…, or write the file.`,
    });
  });
});

test("what the command line takes for a schema is what the runtime says", () => {
  expectTypeOf<SchemaStatus>().toExtend<schema.SchemaStatus>();
  expectTypeOf<SchemaChange>().toExtend<schema.SchemaChange>();
  expectTypeOf<schema.ProjectMigrations>().toExtend<ProjectMigrations>();
  expectTypeOf<EngineOptions>().toExtend<EgoApp>();
});
