import { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareTables } from "../../cli/src/tables/compare-tables.ts";
import { migrationText } from "../../cli/src/tables/migration-text.ts";
import { readRenames } from "../../cli/src/tables/renames.ts";
import { readTablesFile, tablesFileText } from "../../cli/src/tables/tables-file.ts";
import type { TestDatabase } from "../servers/database.ts";
import { databases, describeDatabases } from "../servers/databases.ts";
import { type MigrationCase, migrationCases } from "./cases.ts";
import { type Bench, checkMigration } from "./checks.ts";
import { upOf } from "./run-text.ts";
import { type Version, versionsOf } from "./versions.ts";

const projectsOf = (side: "before" | "after") => Object.fromEntries(migrationCases.map((one) => [one.name, one[side]]));
const old = versionsOf(projectsOf("before"));
const now = versionsOf(projectsOf("after"));

function versions({ name }: MigrationCase): readonly [Version, Version] {
  const [before, after] = [old.get(name), now.get(name)];
  return before && after ? [before, after] : expect.fail(name);
}

function comparisonOf(one: MigrationCase) {
  const [before, after] = versions(one);
  return compareTables(before.tables, after.tables, readRenames(one.renames ?? [], before.tables, after.tables));
}

test.each(migrationCases)("the migration of $name", async (one) => {
  const { changes, refusals } = comparisonOf(one);
  expect(refusals).toEqual([]);
  await expect(migrationText(changes)).toMatchFileSnapshot(`./golden/${one.name}.ts`);
});

test.each(migrationCases)("with the migration of $name there is nothing more to migrate", (one) => {
  const { tables } = comparisonOf(one);
  // As it is read the next time.
  const written = readTablesFile("tables.json", tablesFileText({ migrations: ["1"], tables }));
  expect(written.tables).toEqual(tables);
  const [, after] = versions(one);
  const next = compareTables(written.tables, after.tables, readRenames([], [], []));
  expect(next).toEqual({ changes: [], refusals: [], tables });
});

describeDatabases(
  ({ open, family }) => {
    const opened: TestDatabase[] = [];
    let bench: Bench;
    beforeAll(async () => {
      opened.push(await open(), await open());
      const [db, fresh] = opened.map((database) => new Kysely({ dialect: database.dialect() }));
      bench = { family, db: db ?? expect.fail(), fresh: fresh ?? expect.fail() };
    });
    afterAll(async () => {
      await bench.db.destroy();
      await bench.fresh.destroy();
      for (const database of opened) await database.close();
    });

    test.each(migrationCases)("$name", async (one) => {
      const text = migrationText(comparisonOf(one).changes);
      await checkMigration(bench, one, versions(one), upOf(one.decided?.(text) ?? text));
    });
  },
  databases.filter(({ name }) => name !== "pglite"),
);
