import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Dialect, Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareTables } from "../../cli/src/tables/compare-tables.ts";
import { migrationText } from "../../cli/src/tables/migration-text.ts";
import { readRenames } from "../../cli/src/tables/renames.ts";
import { isDecision } from "../../cli/src/tables/table-change.ts";
import { hasRest, isSorted, keyOf, restColumn } from "../../cli/src/tables/table-schema.ts";
import { readTablesFile, tablesFileText } from "../../cli/src/tables/tables-file.ts";
import { compileTable } from "../../runtime/src/tables/compiled-table.ts";
import { tableStatuses } from "../../runtime/src/tables/create-tables.ts";
import type { TestDatabase } from "../servers/database.ts";
import { databases, describeDatabases } from "../servers/databases.ts";
import { type MigrationCase, migrationCases } from "./cases.ts";
import { type AnyDatabase, type Bench, checkMigration } from "./checks.ts";
import { schema } from "./introspect.ts";
import { upOf } from "./run-text.ts";
import { saboteurs } from "./saboteurs.ts";
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
  return compareTables(before.tables, after.model, readRenames(one.renames ?? [], before.tables, after.tables));
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
  const next = compareTables(written.tables, after.model, readRenames([], [], []));
  expect(next).toEqual({ changes: [], refusals: [], tables });
});

test.each(migrationCases)("the command line and the runtime see the same columns in $name", (one) => {
  for (const { tables, data } of versions(one)) {
    const seen = tables.map((table) => ({
      columns: [
        ...table.columns.map(({ name, kind, nullable }) => [name, /^(list|map)$/.test(kind) ? "json" : kind, nullable]),
        ...(hasRest(table) ? [[restColumn, "bytes", true]] : []),
      ],
      sorted: table.columns.filter((column) => isSorted(table, column)).map(({ name }) => name),
      key: keyOf(table),
      indexes: table.indexes,
    }));
    expect(seen).toEqual(
      data.map((table) => {
        const { columns, key, indexes } = compileTable(table).shape;
        const names = (places: readonly number[]) => places.map((place) => columns[place]?.name);
        return {
          columns: columns.map(({ name, kind, nullable }) => [name, kind, nullable]),
          sorted: columns.filter(({ sorted }) => sorted).map(({ name }) => name),
          key: names(key),
          indexes: indexes.map((index) => ({ name: index.name, columns: names(index.columns), unique: index.unique })),
        };
      }),
    );
  }
});

test("there is a golden text for each case, and for nothing else", () => {
  const files = readdirSync(join(import.meta.dirname, "golden"));
  expect(files.toSorted()).toEqual(migrationCases.map(({ name }) => `${name}.ts`).toSorted());
});

describeDatabases(
  ({ open, family }) => {
    /** As a store has it: of Postgres, its tables are in a schema. */
    const bankOf = async (dialect: Dialect): Promise<AnyDatabase> => {
      const db: AnyDatabase = new Kysely({ dialect });
      if (family !== "postgres") return db;
      await db.schema.createSchema(schema).execute();
      return db.withSchema(schema);
    };
    const opened: TestDatabase[] = [];
    let bench: Bench;
    beforeAll(async () => {
      opened.push(await open(), await open());
      const [db, fresh] = await Promise.all(opened.map((database) => bankOf(database.dialect())));
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

    test.each(migrationCases.filter((one) => comparisonOf(one).changes.some(isDecision)))(
      "$name fails until it is decided, and has then changed nothing",
      async (one) => {
        const up = upOf(migrationText(comparisonOf(one).changes));
        await expect(checkMigration(bench, one, versions(one), up)).rejects.toThrow(/^Decide in this migration what/);
        for (const table of versions(one)[0].data) {
          expect(await tableStatuses(bench.db, [table])).toMatchObject([{ present: true, missingIndexes: [] }]);
        }
      },
    );

    test.each(saboteurs.filter(({ on = ["sqlite"] }) => on.includes(family)))(
      "it is noticed if $what",
      async ({ of, sabotage }) => {
        const one = migrationCases.find(({ name }) => name === of) ?? expect.fail(of);
        const text = migrationText(comparisonOf(one).changes);
        const broken = sabotage(text);
        expect(broken).not.toBe(text);
        await expect(checkMigration(bench, one, versions(one), upOf(broken))).rejects.toThrow();
      },
    );
  },
  databases.filter(({ name }) => name !== "pglite"),
);
