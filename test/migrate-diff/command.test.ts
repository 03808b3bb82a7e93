import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { type MigrateDiffOptions, migrateDiff } from "../../cli/src/commands/migrate-diff.ts";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder, writeFiles } from "../../cli/src/testdata/temporary-folder.ts";
import { commit, config, type Files, git, hasGit, install, repositoryWith } from "../check/repository.ts";

const root = join(import.meta.dirname, "../..");
const proto = "proto/shop/v1/item.proto";

/** The proto of a shop, with these fields of its items and these indexes. */
function items(fields: string, table = ""): Files {
  return {
    [proto]: `syntax = "proto3";

package shop.v1;

import "ego/v1/ego.proto";

option (ego.v1.file).entity = "item";

message Item {
  option (ego.v1.message).state = {
    persistence: PERSISTENCE_DURABLE
    table: {name: "items"${table}}
  };

  string sku = 1 [(ego.v1.field).id = true];
${fields
  .split("\n")
  .map((line) => `  ${line}\n`)
  .join("")}}

message DescribeItem {
  option (ego.v1.message).command = {};

  string sku = 1 [(ego.v1.field).id = true];
}
`,
  };
}

/** What was generated of items with a title, as far as it matters here; the title may have a column of another name. */
function generated(column = "title"): Files {
  const state = {
    type: "shop.v1.Item",
    fields: [
      { number: 1, name: "sku", type: "string" },
      { number: 2, name: "title", type: "string" },
    ],
  };
  const columns = [
    { name: "sku", field: "sku", kind: "text", nullable: false },
    { name: column, field: "title", kind: "text", nullable: false },
  ];
  const table = { name: "items", key: ["sku"], columns, indexes: [] };
  return {
    "src/gen/ego.schema.json": JSON.stringify({
      format: 1,
      entities: [{ name: "item", kind: "durable", state, table }],
    }),
  };
}

const title = "string title = 2;";
const price = `${title}\nint64 price_cents = 3;`;

interface Ran {
  readonly exitCode: number;
  readonly printed: string;
}

/** `ego migrate diff` in this process, at a time that is known. */
async function diff(cwd: string, options: MigrateDiffOptions = {}): Promise<Ran> {
  const host = fakeHost(cwd);
  const exitCode = await migrateDiff(host, options, new Date("2026-11-24T17:09:34Z"));
  return { exitCode, printed: printedBy(host.printed) };
}

/** `ego migrate …` in this process, as it is typed. */
async function ego(cwd: string, ...args: readonly string[]): Promise<Ran> {
  const host = fakeHost(cwd);
  const exitCode = await main(["migrate", ...args], host);
  return { exitCode, printed: printedBy(host.printed) };
}

function printedBy(lines: readonly string[]): string {
  return lines.filter((line) => line !== "Reading the protos …").join("\n");
}

const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");

describe.skipIf(!hasGit)("ego migrate diff", () => {
  test("writes what was released and what changed since, then only what changes, and never touches what it wrote", async () => {
    const folder = repositoryWith({ ...config, ...items(title), ...generated() });
    expect(await diff(folder)).toEqual({
      exitCode: 0,
      printed: expect.stringMatching(
        /^Nothing to migrate: the tables are those of HEAD \([0-9a-f]{7}\)\.\nThere is no migration yet\. /,
      ),
    });
    writeFiles(folder, items(price));

    expect(await diff(folder, { check: true })).toEqual({
      exitCode: 1,
      printed: `${proto}:17:9: error EGO281: There is no migration for this: new column items.price_cents.
  \`ego migrate diff\` writes it.`,
    });
    expect(readdirSync(folder)).not.toContain("migrations");

    const written = await diff(folder);
    expect(written).toEqual({
      exitCode: 0,
      printed: expect.stringMatching(/^Since HEAD \([0-9a-f]{7}\):\n/),
    });
    expect(written.printed.split("\n").slice(1).join("\n")).toBe(`  new column items.price_cents
Wrote migrations/20261124170934_tables.ts
Wrote migrations/20261124170935_add_price_cents.ts
Wrote migrations/tables.json
Read it and commit it; \`ego migrate up\` applies it.`);
    const first = read(folder, "migrations/20261124170934_tables.ts");
    expect(first).toMatch(/^\/\/ The tables as they were released, at HEAD \([0-9a-f]{7}\)/);
    expect(first).toContain('.createTable("items")');
    expect(first).not.toContain("price_cents");
    const second = read(folder, "migrations/20261124170935_add_price_cents.ts");
    expect(second).toContain('.addColumn("price_cents", tables.types.bigint');

    commit(folder);
    expect(await diff(folder, { check: true, against: "HEAD" })).toEqual({
      exitCode: 0,
      printed: "Nothing to migrate: the tables are those of migrations/tables.json.",
    });

    writeFiles(folder, items(price, ' indexes: {fields: ["title"]}'));
    expect((await diff(folder, { name: "by_title" })).printed).toContain(
      "Wrote migrations/20261124170936_by_title.ts\n",
    );
    expect(read(folder, "migrations/20261124170934_tables.ts")).toBe(first);
    expect(read(folder, "migrations/20261124170935_add_price_cents.ts")).toBe(second);
    expect(JSON.parse(read(folder, "migrations/tables.json"))).toMatchObject({
      migrations: ["20261124170934_tables", "20261124170935_add_price_cents", "20261124170936_by_title"],
      tables: [{ name: "items", indexes: [{ name: "items_title", columns: ["title"] }] }],
    });
  });

  test("takes what was generated at the commit for what was released, and not what the protos of then would be", async () => {
    const folder = repositoryWith({ ...config, ...items(title), ...generated("heading") });
    const { printed } = await diff(folder, { json: true });
    expect(JSON.parse(printed)).toMatchObject({
      format: 1,
      upToDate: false,
      changes: [{ action: "rename-column", table: "items", column: "title", decide: false }],
      written: [
        "migrations/20261124170934_tables.ts",
        "migrations/20261124170935_change_items.ts",
        "migrations/tables.json",
      ],
      undecided: null,
      findings: [],
    });
    commit(folder, { "src/gen/ego.schema.json": "{" });
    rmSync(join(folder, "migrations"), { recursive: true });
    expect((await ego(folder, "diff")).printed).toMatch(
      /^src\/gen\/ego\.schema\.json at HEAD \([0-9a-f]{7}\) is no JSON\. /,
    );
  });

  test("up applies them between the journal's and the tables that are missing, on a database that is old and on one that is new", async () => {
    const folder = repositoryWith({ ...config, ...items(title), ...generated() });
    symlinkSync(join(root, "node_modules/kysely"), join(folder, "node_modules/kysely"));
    writeFiles(folder, items(price));
    await diff(folder);
    const file = "migrations/20261124170935_add_price_cents.ts";
    writeFiles(folder, {
      [file]: read(folder, file)
        .replace(
          /\n {2}\}\n\}\n$/,
          `
    // Written by hand, and with rows: it is there to be run on a database that is new, too.
    await sql\`update items set price_cents = 5\`.execute(db);
  }
}
`,
        )
        .replace('import type { Kysely } from "kysely";', 'import { type Kysely, sql } from "kysely";'),
    });
    const old = new DatabaseSync(join(folder, "old.db"));
    old.exec(`create table items (sku text not null primary key, title text not null, ego_revision integer not null);
      insert into items values ('a', 'A', 1)`);
    const pending = await ego(folder, "status", "--store", "sqlite:old.db");
    expect(pending.exitCode).toBe(1);
    expect(pending.printed).toMatch(
      /20261124170934_tables {11}pending\n {2}20261124170935_add_price_cents {2}pending\n/,
    );
    expect(pending.printed).toMatch(/\nNot up to date: `ego migrate up` does it\.$/);
    for (const name of ["old", "new"]) {
      const { exitCode, printed } = await ego(folder, "up", "--store", `sqlite:${name}.db`);
      expect({ exitCode, printed }).toEqual({
        exitCode: 0,
        printed: expect.stringMatching(
          / {2}applied {2}20261124170934_tables\n {2}applied {2}20261124170935_add_price_cents\nUp to date\.$/,
        ),
      });
    }
    const rows = (database: DatabaseSync) => database.prepare("select sku, price_cents from items").all();
    expect(rows(old)).toEqual([{ sku: "a", price_cents: 5 }]);
    expect(rows(new DatabaseSync(join(folder, "new.db")))).toEqual([]);

    // An older version of the project, which does not know the last one.
    renameSync(join(folder, file), join(folder, "migrations/add_price_cents.ts"));
    const status = await ego(folder, "status", "--store", "sqlite:old.db");
    expect(status.exitCode).toBe(1);
    expect(status.printed).toContain(", and not in this version of the project\n");
    const up = await ego(folder, "up", "--store", "sqlite:old.db");
    expect(up.exitCode).toBe(2);
    expect(up.printed).toContain(
      "were changed by migrations that this version of the project does not have: 20261124170935_add_price_cents.",
    );
  });

  test("a migration that fails says so, and nothing of it is kept; one that has no `up` is not begun", async () => {
    const folder = temporaryFolder({
      "buf.gen.yaml": "",
      "migrations/tables.json": '{ "format": 1 }',
      "migrations/1_one.mjs": `export async function up(db) {
  await db.schema.createTable("one").addColumn("id", "integer").execute();
}`,
      "migrations/2_two.mjs": `export async function up(db) {
  await db.schema.createTable("two").addColumn("id", "integer").execute();
  throw new Error("no \\u001b[2J rows");
}`,
      "migrations/helper.mjs": "throw new Error('not a migration')",
    });
    install(folder);
    const { exitCode, printed } = await ego(folder, "up", "--store", "sqlite:a.db");
    expect(exitCode).toBe(2);
    expect(printed).toBe(
      `The migration "2_two" failed on "${join(folder, "a.db")}": no \\x1b[2J rows. Nothing of it was kept, nor of those that were pending before it.`,
    );
    const tables = new DatabaseSync(join(folder, "a.db")).prepare(
      "select name from sqlite_schema where name in ('one', 'two')",
    );
    expect(tables.all()).toEqual([]);
    writeFiles(folder, { "migrations/3_three.mjs": "export const down = 1;" });
    expect((await ego(folder, "up", "--store", "sqlite:a.db")).printed).toBe(
      "migrations/3_three.mjs exports no function `up`: export async function up(db: Kysely<unknown>) …",
    );
    expect(tables.all()).toEqual([]);
  });

  test("what was released is not changed or taken away, which --check sees against a commit", async () => {
    const folder = repositoryWith({ ...config, ...items(title), ...generated() });
    writeFiles(folder, items(price));
    await diff(folder);
    commit(folder);
    git(folder, "tag", "v1");
    const [tables, price_] = ["migrations/20261124170934_tables.ts", "migrations/20261124170935_add_price_cents.ts"];
    writeFiles(folder, { [tables]: `${read(folder, tables)}// a word more\n` });
    rmSync(join(folder, price_));
    const checked = await diff(folder, { check: true, against: "v1" });
    const hash = git(folder, "rev-parse", "--short=7", "HEAD");
    const say = (
      file: string,
      what: string,
    ) => `${file}:1:1: error EGO280: This migration ${what} at v1 (${hash}): databases that have it stay as they are.
  Bring it back: \`git restore --source=${hash} ${file}\`. What has to be different is another migration.`;
    expect(checked).toEqual({
      exitCode: 1,
      printed: [
        say(tables, "is another"),
        say(price_, "is gone, which was there"),
        `migrations/tables.json:5:1: error EGO283: The migration 20261124170935_add_price_cents is not there any more.
  Bring it back, as by \`git restore\`. If it was never applied anywhere, bring tables.json to what it was before, too.`,
      ].join("\n"),
    });
    // Also before another one is written.
    writeFiles(folder, items(`${price}\nbool sold = 4;`));
    expect((await diff(folder)).exitCode).toBe(1);
    expect(readdirSync(join(folder, "migrations"))).toHaveLength(2);
  });

  test("what no migration can do is said at its place in the proto, and nothing is written", async () => {
    const folder = repositoryWith({ ...config, ...items(`${title}\nstring secret = 3;`) });
    writeFiles(folder, items(`${title}\nstring secret = 3 [(ego.v1.field).sensitive = true];\nbool sold = 4;`));
    expect(await diff(folder)).toEqual({
      exitCode: 1,
      printed: `${proto}:17:10: error EGO285: The column "secret" of the table "items" is of a sensitive field now: this version cannot encrypt it.
  Take (ego.v1.field).sensitive off, or wait with it for a version that encrypts columns.
Nothing was written.`,
    });
    expect(readdirSync(folder)).not.toContain("migrations");
  });

  test("a decision is named with its line, and a column that may have another name with what to type", async () => {
    const folder = repositoryWith({ ...config, ...items(`${title}\nstring rank = 3;`) });
    writeFiles(folder, items("string name = 4;\nint32 rank = 3;"));
    const { printed } = await diff(folder);
    expect(
      printed,
    ).toContain(`${proto}:16:10: note EGO282: The new column "name" of "items" may be "title", which is gone, under another name.
  Then: \`ego migrate diff --rename items.title=name\`.`);
    const file = "migrations/20261124170935_change_items.ts";
    const [, line = ""] = new RegExp(`\\nIt fails until you decide: ${file}:(\\d+)$`).exec(printed) ?? [];
    expect(read(folder, file).split("\n")[Number(line) - 1]).toMatch(/^ +throw new Error\("Decide in this migration/);

    // Committed as it is, it would fail where it is deployed.
    expect(await diff(folder, { check: true })).toEqual({
      exitCode: 1,
      printed: `${file}:${line}:1: error EGO290: This migration fails until it is decided what becomes of a column.
  The ways out are there as comments.`,
    });

    rmSync(join(folder, "migrations"), { recursive: true });
    const told = await ego(folder, "diff", "--dry-run", "--rename", "items.title=name");
    expect(told.printed).toMatch(/^\+\+\+ b\/migrations\/\d{14}_change_items\.ts$/m);
    expect(told.printed).toContain('.renameColumn("title", "name").execute();');
    expect(told.printed).not.toContain("EGO282");
    expect(readdirSync(folder)).not.toContain("migrations");
  });

  test("another tool's migrations are left alone, and so is what is written by hand", async () => {
    const folder = repositoryWith({
      ...config,
      ...items(title),
      ...generated(),
      "migrations/0001_users.sql": "create table users (id text)",
    });
    writeFiles(folder, items(price));
    expect((await diff(folder)).printed).toContain("\nWrote ego-migrations/20261124170935_add_price_cents.ts\n");
    expect(readdirSync(join(folder, "migrations"))).toEqual(["0001_users.sql"]);
    // A name that is taken: the next one.
    writeFiles(folder, {
      ...items(`${price}\nbool sold = 4;`),
      "ego-migrations/20261124170936_backfill.ts": "export async function up() {}\n",
    });
    expect((await diff(folder)).printed).toContain("Wrote ego-migrations/20261124170937_add_sold.ts\n");
  });

  test("where nothing was released, and where there is nothing to compare with", async () => {
    const folder = temporaryFolder({ ...config, ...items(title) });
    install(folder);
    const initial =
      "If no table was released yet, `ego migrate diff --initial` writes the migration that creates all of them.";
    expect(await ego(folder, "diff")).toEqual({
      exitCode: 2,
      printed: expect.stringMatching(/ is not in a git repository, .*\n.*\nIf no table was released yet, /),
    });
    git(folder, "init", "--quiet");
    expect(await ego(folder, "diff")).toEqual({
      exitCode: 2,
      printed: `The git repository has no commit yet: commit first, then compare.\n${initial}`,
    });
    expect((await diff(folder, { initial: true })).printed).toBe(`Since nothing:
  new table items
Wrote migrations/20261124170934_create_items.ts
Wrote migrations/tables.json
Read it and commit it; \`ego migrate up\` applies it.`);
    for (const args of [["--initial"], ["--against", "HEAD"]]) {
      expect(await ego(folder, "diff", ...args)).toEqual({
        exitCode: 2,
        printed: `${args[0]} is for the first migration: from then on, migrations/tables.json says which tables the migrations make.`,
      });
    }
  });

  const mistakes: readonly (readonly [args: readonly string[], message: string])[] = [
    [["--against", "--upload-pack=x"], '"--upload-pack=x" is no name of a branch, a tag or a commit.'],
    [["--against", "mian"], 'git knows no commit "mian". Did you mean main?'],
    [["--against", "\u001b[2J"], '"\\x1b[2J" is no name of a branch'],
    [["--name", "../../x"], '--name ../../x cannot name a migration. Use letters, digits, "_" and "-", at most 60.'],
    [["--rename", "items.titel=name"], 'there was no column of items "titel". There were: sku, title.'],
    [["--dry-run", "--check"], "option '--dry-run' cannot be used with option '--check'"],
    [["--initial", "--against", "x"], "cannot be used with option"],
    [["x"], "too many arguments"],
  ];

  test("what is typed wrong exits with 2", async () => {
    const folder = repositoryWith({ ...config, ...items(title), ...generated() });
    for (const [args, message] of mistakes) {
      expect({ args, ...(await ego(folder, "diff", ...args)) }).toEqual({
        args,
        exitCode: 2,
        printed: expect.stringContaining(message),
      });
    }
  });

  test("a project in a folder of the repository, seen from below, with the names of both sides", async () => {
    const repository = repositoryWith({});
    const folder = join(repository, "apps/shop");
    writeFiles(folder, { ...config, ...items(title) });
    mkdirSync(join(folder, "src"));
    install(folder);
    commit(repository);
    writeFiles(folder, items(price));
    const { printed } = await diff(join(folder, "src"));
    expect(printed).toContain("Wrote migrations/20261124170935_add_price_cents.ts");
    expect(readdirSync(join(folder, "migrations"))).toHaveLength(3);
  });
});
