import type { TableData } from "@ego/runtime/codegen";
import { expect } from "vitest";
import { tableStatuses } from "../../runtime/src/tables/create-tables.ts";
import { dropTable, emptyTable, renameTables, type TableRename } from "../../runtime/src/tables/rename-tables.ts";
import { versionedTable } from "../../runtime/src/tables/versioned-table.ts";
import type { Bench, Check } from "./checks.ts";
import type { AnyDatabase } from "./stores.ts";
import { entries } from "./tables.ts";

const key = { tenant: "a", number: 1 };

/** Tables of the versions of a read model, and how they change their names. */
export const versionChecks: Readonly<Record<string, Check>> = {
  "a version has its table beside the live one, also under names as long as can be": async (bench) => {
    const name = `${bench.tableName()}_${"x".repeat(63)}`.slice(0, 63);
    const live = versioned(bench, name, `${bench.tableName()}_${"i".repeat(63)}`.slice(0, 63));
    const tables = [live, versionedTable(live, 2), versionedTable(live, 3)];
    for (let times = 0; times < 2; times++) await bench.stores.createTables(bench.db, tables);
    for (const table of tables) await bench.stores.rows(bench.db, table).upsert(key, { owner: table.name });
    for (const table of tables) expect(await ownersIn(bench, table)).toEqual([table.name]);
    await renameTables(bench.db, promotion(live, 2));
    expect(await ownersIn(bench, live)).toEqual([versionedTable(live, 2).name]);
    await expectInOrder(bench, [live, versionedTable(live, 1), versionedTable(live, 3)]);
  },

  "two tables change their names and those of their indexes, there and back": async (bench) => {
    const live = await filled(bench);
    for (const [to, from] of [
      [2, 1],
      [1, 2],
      [2, 1],
    ] as const) {
      const renames = promotion(live, to, from);
      await renamedIn(bench, renames);
      expect(await ownersIn(bench, live)).toEqual([`version ${to}`]);
      expect(await ownersIn(bench, versionedTable(live, from))).toEqual([`version ${from}`]);
      expect(await isThere(bench, versionedTable(live, to))).toBe(false);
      await expectInOrder(bench, [live, versionedTable(live, from)]);
      await renamedIn(bench, renames);
      expect(await ownersIn(bench, live)).toEqual([`version ${to}`]);
    }
    await expect(
      bench.stores.rows(bench.db, live).upsert({ tenant: "b", number: 1 }, { owner: "version 2" }),
    ).rejects.toMatchObject({ code: "already_exists", details: { uniqueIndex: live.indexes?.[0]?.name } });
  },

  "a change of names that was broken off goes on": async (bench) => {
    for (const brokenOff of [1, 2]) {
      const live = await filled(bench);
      const renames = promotion(live, 2);
      for (const { from, to } of renames.slice(0, brokenOff)) {
        await bench.db.schema.alterTable(from.name).renameTo(to.name).execute();
      }
      await renameTables(bench.db, renames);
      expect(await ownersIn(bench, live)).toEqual(["version 2"]);
      expect(await ownersIn(bench, versionedTable(live, 1))).toEqual(["version 1"]);
      await expectInOrder(bench, [live, versionedTable(live, 1)]);
    }
  },

  "names that are taken, and tables that are not there, are refused, and nothing is changed": async (bench) => {
    const live = await filled(bench);
    await bench.stores.createTables(bench.db, [versionedTable(live, 1)]);
    await expect(renameTables(bench.db, promotion(live, 2))).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`there is "${live.name}"`),
    });
    expect(await ownersIn(bench, live)).toEqual(["version 1"]);
    await expect(renameTables(bench.db, promotion(entries(bench), 2))).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("there is none of these tables"),
    });
  },

  "names change with the transaction, or where there is none for that, not in one": async (bench) => {
    const live = await filled(bench);
    const failed = bench.db.transaction().execute(async (tx) => {
      await renameTables(tx, promotion(live, 2));
      throw new Error("no");
    });
    if (bench.family === "mysql") {
      await expect(failed).rejects.toMatchObject({ code: "unsupported" });
      await expect(bench.db.transaction().execute((tx) => dropTable(tx, live))).rejects.toMatchObject({
        code: "unsupported",
      });
    } else await expect(failed).rejects.toThrow("no");
    expect(await ownersIn(bench, live)).toEqual(["version 1"]);
    await expectInOrder(bench, [live, versionedTable(live, 2)]);
  },

  "whoever reads meanwhile sees one table or the other, and no error": async (bench) => {
    const live = await filled(bench);
    let isDone = false;
    const readers = Array.from({ length: 3 }, async () => {
      const db = bench.more();
      const seen: unknown[] = [];
      while (!isDone) {
        seen.push(...(await db.selectFrom(live.name).select(["owner", "label"]).where("owner", ">", "").execute()));
      }
      return seen;
    });
    for (let times = 0; times < 10; times++) {
      const [to, from] = times % 2 === 0 ? [2, 1] : [1, 2];
      await renamedIn(bench, promotion(live, to, from));
      expect(await ownersIn(bench, live)).toEqual([`version ${to}`]);
    }
    isDone = true;
    for (const seen of await Promise.all(readers)) {
      const owners = new Set(seen.map((row) => (row as { owner: string }).owner));
      for (const owner of owners) expect(["version 1", "version 2"]).toContain(owner);
      expect(seen.length).toBeGreaterThan(0);
    }
  },

  "a table is emptied in a transaction, and dropped if it is there": async (bench) => {
    const live = await filled(bench);
    const failed = bench.db.transaction().execute(async (tx) => {
      await emptyTable(tx, live);
      expect(await ownersIn({ ...bench, db: tx }, live)).toEqual([]);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await ownersIn(bench, live)).toEqual(["version 1"]);
    await emptyTable(bench.db, live);
    expect(await ownersIn(bench, live)).toEqual([]);
    for (let times = 0; times < 2; times++) await dropTable(bench.db, live);
    expect(await isThere(bench, live)).toBe(false);
    expect(await ownersIn(bench, versionedTable(live, 2))).toEqual(["version 2"]);
  },
};

/** A table with an index that is unique and one that is not. */
function versioned(bench: Bench, name: string = bench.tableName(), index = `${name}_by`): TableData {
  return entries(bench, {
    name,
    indexes: [
      { name: `u${index.slice(1)}`, fields: ["owner"], unique: true },
      { name: `l${index.slice(1)}`, fields: ["label"] },
    ],
  });
}

/** A live table and its second version, with a row each. */
async function filled(bench: Bench): Promise<TableData> {
  const name = bench.tableName();
  const live = versioned(bench, name, `_${name}`);
  await bench.stores.createTables(bench.db, [live, versionedTable(live, 2)]);
  await bench.stores.rows(bench.db, live).upsert(key, { owner: "version 1" });
  await bench.stores.rows(bench.db, versionedTable(live, 2)).upsert(key, { owner: "version 2" });
  return live;
}

function promotion(live: TableData, to: number, from = 1): readonly TableRename[] {
  return [
    { from: live, to: versionedTable(live, from) },
    { from: versionedTable(live, to), to: live },
  ];
}

async function renamedIn({ db, family }: Bench, renames: readonly TableRename[]): Promise<void> {
  if (family === "mysql") await renameTables(db, renames);
  else await db.transaction().execute((tx) => renameTables(tx, renames));
}

async function ownersIn({ db }: { readonly db: AnyDatabase }, table: TableData): Promise<readonly string[]> {
  const rows = await db.selectFrom(table.name).select("owner").orderBy("owner").execute();
  return rows.map(({ owner }) => owner);
}

async function isThere(bench: Bench, table: TableData): Promise<boolean> {
  return (await tableStatuses(bench.db, [table]))[0]?.present ?? false;
}

/** All is there under its name already, so that nothing would be created. */
async function expectInOrder(bench: Bench, tables: readonly TableData[]): Promise<void> {
  expect(await tableStatuses(bench.db, tables)).toEqual(
    tables.map(({ name }) => ({ name, present: true, missingIndexes: [] })),
  );
  await bench.stores.createTables(bench.db, tables);
}
