import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Kysely, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testdata/appends.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { type SqliteFilename, sqlitePath } from "./sqlite-filename.ts";
import { sqliteStore } from "./sqlite-store.ts";

const use = 'sqliteStore({ filename: "app.db" })';

describe("the file of a database", () => {
  test.for([
    ["a.db", resolve("a.db")],
    ["/b/a.db", resolve("/b/a.db")],
    [":memory:", ":memory:"],
    [pathToFileURL("/b/ä #?%.db"), resolve("/b/ä #?%.db")],
    [pathToFileURL("/b/ä #?%.db").href, resolve("/b/ä #?%.db")],
  ] as const)("%s", ([filename, path]) => {
    expect(sqlitePath(filename, use)).toBe(path);
  });

  test.for([undefined, null, 7, "", "a\0b", {}, new URL("https://example.org/a.db"), new URL("file:///a%00b")])(
    "no file: %s",
    (filename) => {
      expect(() => sqlitePath(filename as SqliteFilename, use)).toThrow(
        expect.objectContaining({
          code: "invalid_argument",
          message:
            'SQLite needs the path of its file, or its file:// URL, without a query: sqliteStore({ filename: "app.db" }).',
        }),
      );
    },
  );

  test("a store and a dialect open the file of a URL, and name it by its path", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "ä #1.db");
    const filename = pathToFileURL(path);
    const store = sqliteStore({ filename });
    expect(store.name).toBe(`SQLite in ${path}`);
    await store.open?.([]);
    expect(existsSync(path)).toBe(true);
    await using db = new Kysely<object>({ dialect: sqliteDialect({ filename, readOnly: true }) });
    expect((await sql`select * from ego_events`.execute(db)).rows).toEqual([]);
    await store.close?.();
  });
});
