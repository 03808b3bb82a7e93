import { create } from "@bufbuild/protobuf";
import { CamelCasePlugin, sql } from "kysely";
import { expect } from "vitest";
import { Kinds } from "../../runtime/src/stores/testdata/kinds.ts";
import { EntrySchema, PartsSchema } from "../domain/gen/ledger/v1/ledger_pb.ts";
import type { Bench, Check } from "./checks.ts";
import { created, entries, parts, tableOf } from "./tables.ts";

/** How tables come to be, and what is said of those that are there. */
export const schemaChecks: Readonly<Record<string, Check>> = {
  "tables are created once, whoever does it, and however many at once": async (bench) => {
    const name = bench.tableName();
    const indexes = [
      { name: `${name}_owner`, fields: ["owner"], unique: true },
      { name: `${name}_label`, fields: ["label"] },
    ];
    const tables = [entries(bench, { name, indexes }), parts(bench)];
    await Promise.all(Array.from({ length: 6 }, () => bench.stores.createTables(another(bench), tables)));
    await bench.stores.createTables(bench.db, tables);
    await bench.stores.store(bench.db, entries(bench, { name, indexes })).upsert(create(EntrySchema, { tenant: "a" }));
    await bench.stores.createTables(bench.db, tables);
  },

  "an index that is new is created on the rows that are there": async (bench) => {
    const table = await created(bench, entries(bench));
    const store = bench.stores.store(bench.db, table);
    await store.upsert(create(EntrySchema, { tenant: "a", owner: "x" }));
    await store.upsert(create(EntrySchema, { tenant: "b", owner: "x" }));
    const plain = { ...table, indexes: [{ name: `${table.name}_i`, fields: ["owner"] }] };
    await created(bench, plain);
    expect((await bench.stores.store(bench.db, plain).list({ where: { owner: "x" } })).rows).toHaveLength(2);
    const unique = { ...table, indexes: [{ name: `${table.name}_u`, fields: ["owner"], unique: true }] };
    await expect(created(bench, unique)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`cannot have its index "${table.name}_u"`),
    });
    await expect(
      created(bench, { ...table, indexes: [{ name: `${table.name}_i`, fields: ["owner"], unique: true }] }),
    ).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`has "${table.name}_i" as an index on owner`),
    });
  },

  "a table that lacks columns is refused, and mended by the statements that the refusal names": async (bench) => {
    const all = tableOf(bench, Kinds, { key: ["id"] });
    await created(bench, { ...all, columns: { id: "id" } });
    await insert(bench, all.name, { id: "old" });
    const refusal = await bench.stores.createTables(bench.db, [all]).then(
      () => "",
      (failure: Error) => failure.message,
    );
    expect(refusal).toContain(`Table "${all.name}" of test.Kinds lacks the columns "double", "float"`);
    const statements = refusal.slice(refusal.indexOf("By a migration: ") + 16, -1).split("; ");
    expect(statements.length).toBe(Object.keys(all.columns).length - 1);
    for (const statement of statements) await sql.raw(statement).execute(bench.db);
    await bench.stores.createTables(bench.db, [all]);
    const store = bench.stores.store(bench.db, all);
    expect(await store.find("old")).toEqual(create(Kinds, { id: "old" } as never));
    await store.upsert(create(Kinds, { id: "old", uint64: 5n } as never));
    expect(await store.find("old")).toMatchObject({ uint64: 5n });
  },

  "a table with another key, or with a column that nobody fills, is refused": async (bench) => {
    const table = await created(bench, entries(bench));
    await expect(created(bench, { ...table, key: ["tenant"] })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`has the primary key (tenant, number); its primary key must be "tenant"`),
    });
    const stranger = entries(bench, { columns: { tenant: "tenant", number: "number", owner: "owner" } });
    await created(bench, stranger);
    await expect(
      created(bench, { ...stranger, columns: { tenant: "tenant", number: "number" } }),
    ).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(
        `has a column "owner" that must not be null and that ledger.v1.Entry does not know`,
      ),
    });
  },

  "a table of states does not forget what it kept beside its columns": async (bench) => {
    const kept = parts(bench, { kind: "state", columns: { partsId: "parts_id", title: "title" } });
    await created(bench, kept);
    const all = { ...parts(bench, { kind: "state" }), name: kept.name };
    const columns = Object.fromEntries(PartsSchema.fields.map((field) => [field.localName, field.name]));
    const add = (name: string) => bench.db.schema.alterTable(kept.name).addColumn(name, "integer").execute();
    for (const name of ["part", "parts", "counts", "numbers", "made_at", "level", "text", "number"]) await add(name);
    await created(bench, all);
    await add("anything");
    await expect(created(bench, all)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`has a column "anything" of a field that has none any more`),
    });
    await expect(created(bench, { ...all, columns })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(`has a column "ego_rest" with fields that had no column`),
    });
  },

  "a table that would keep secrets in clear is refused": async (bench) => {
    const table = entries(bench, { sensitive: ["owner", "label"] });
    await expect(bench.stores.createTables(bench.db, [table])).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("has sensitive columns, of owner, label: this version cannot encrypt them"),
    });
    expect(() => bench.stores.store(bench.db, table)).toThrow("this version cannot encrypt them");
  },

  "names are only ever names": async (bench) => {
    const name = bench.tableName();
    const hostile = `${name}"'\`; drop table x.y as z; --`;
    const columns = { tenant: "select", number: `order"\``, owner: "from" };
    const indexes = [{ name: `${name} "i"'\``, fields: ["owner"], unique: true }];
    const table = await created(bench, entries(bench, { name: hostile, columns, indexes }));
    await created(bench, table);
    const store = bench.stores.store(bench.db, table);
    await store.upsert(create(EntrySchema, { tenant: "a", number: 1, owner: "o" }));
    expect((await store.list({ where: { owner: "o" } })).rows).toHaveLength(1);
    expect(await store.find({ tenant: "a", number: 1 })).toMatchObject({ owner: "o" });
  },

  "the user's plugins change nothing": async (bench) => {
    const db = bench.db.withPlugin(new CamelCasePlugin({ underscoreBeforeDigits: true }));
    const table = entries(bench, { columns: { tenant: "tenant", number: "number_1", dueAt: "due_at" } });
    await bench.stores.createTables(db, [table]);
    const store = bench.stores.store(db, table);
    const row = create(EntrySchema, { tenant: "a", number: 1, dueAt: { seconds: 5n } });
    await store.upsert(row);
    expect(await store.find({ tenant: "a", number: 1 })).toEqual(row);
  },

  "withSchema is heeded": async (bench) => {
    const schema = `${bench.tableName()}_schema`;
    if (bench.family === "sqlite") return;
    await bench.db.schema.createSchema(schema).execute();
    const db = bench.db.withSchema(schema);
    const table = entries(bench, { indexes: [{ name: `${bench.tableName()}_o`, fields: ["owner"] }] });
    await bench.stores.createTables(db, [table]);
    await bench.stores.createTables(db, [table]);
    const store = bench.stores.store(db, table);
    await store.upsert(create(EntrySchema, { tenant: "a", owner: "o" }));
    expect((await store.list({ where: { owner: "o" } })).rows).toHaveLength(1);
    expect(await db.selectFrom(table.name).select("owner").execute()).toEqual([{ owner: "o" }]);
    await bench.db.schema.dropTable(`${schema}.${table.name}`).execute();
    await bench.db.schema.dropSchema(schema).execute();
  },
};

/** Another connection. Two of SQLite's in one thread would wait for each other: the one that waits holds the thread. */
function another({ family, db, more }: Bench): Bench["db"] {
  return family === "sqlite" ? db : more();
}

async function insert({ db }: Bench, table: string, row: Readonly<Record<string, string>>): Promise<void> {
  await db.insertInto(table).values(row).execute();
}
