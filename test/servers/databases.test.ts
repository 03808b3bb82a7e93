import { type Dialect, Kysely } from "kysely";
import { expect, test } from "vitest";
import { databases, describeDatabases } from "./databases.ts";

interface Tables {
  readonly notes: { readonly id: number; readonly text: string };
}

/** Runs queries on connections that are closed afterwards. */
async function query<T>(dialect: Dialect, run: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const db = new Kysely<Tables>({ dialect });
  try {
    return await run(db);
  } finally {
    await db.destroy();
  }
}

const createNotes = (db: Kysely<Tables>) =>
  db.schema
    .createTable("notes")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("text", "varchar(100)")
    .execute();
const add = (id: number, text: string) => (db: Kysely<Tables>) => db.insertInto("notes").values({ id, text }).execute();
const notes = (db: Kysely<Tables>) => db.selectFrom("notes").selectAll().orderBy("id").execute();

const available = databases.filter(({ skipped }) => skipped === undefined);
console.log(`databases: ${available.map(({ name }) => name).join(", ")}`);

describeDatabases((database) => {
  test("two of them know nothing of each other", async () => {
    await using one = await database.open();
    await using other = await database.open();

    await query(one.dialect(), createNotes);
    await query(one.dialect(), add(1, "of the one"));
    await expect(query(other.dialect(), notes)).rejects.toThrow(/notes/);
    await query(other.dialect(), createNotes);
    await query(other.dialect(), add(2, "of the other"));

    expect(await query(one.dialect(), notes)).toEqual([{ id: 1, text: "of the one" }]);
    expect(await query(other.dialect(), notes)).toEqual([{ id: 2, text: "of the other" }]);
  });

  test("nothing of it is left when it is closed", async () => {
    const gone = {
      sqlite: /unable to open database file/,
      pglite: /already closed/,
      postgres: /database "ego_test_\w+" does not exist/,
      mariadb: /Unknown database 'ego_test_\w+'/,
    };
    const opened = await database.open();
    await query(opened.dialect(), createNotes);

    await opened.close();
    await opened.close();

    await expect(query(opened.dialect(), notes)).rejects.toThrow(gone[database.name]);
  });

  test("it is closed even if a connection was forgotten", async () => {
    const opened = await database.open();
    const db = new Kysely<Tables>({ dialect: opened.dialect() });
    await createNotes(db);

    await opened.close();

    await db.destroy().catch(() => {});
  });
});

// SQLite's dialect waits for a lock without letting anything else in its thread go on.
const concurrent = databases.filter(({ family }) => family !== "sqlite");

describeDatabases((database) => {
  test("transactions of two dialects leave each other alone", async () => {
    await using opened = await database.open();
    await query(opened.dialect(), createNotes);

    const rolledBack = query(opened.dialect(), (db) =>
      db.transaction().execute(async (transaction) => {
        await add(1, "rolled back")(transaction);
        throw new Error("roll back");
      }),
    );
    const committed = query(opened.dialect(), (db) => db.transaction().execute(add(2, "committed")));

    await expect(rolledBack).rejects.toThrow("roll back");
    await committed;
    expect(await query(opened.dialect(), notes)).toEqual([{ id: 2, text: "committed" }]);
  });
}, concurrent);
