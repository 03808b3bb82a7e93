import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDialect } from "@ego/runtime/sqlite";
import { type Database, testDatabase } from "./database.ts";

/** SQLite, as Node has it; a file each. */
export const sqlite: Database = {
  name: "sqlite",
  family: "sqlite",
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "ego-sqlite-"));
    const filename = join(folder, "test.db");
    return testDatabase({
      url: filename,
      dialect: () => sqliteDialect({ filename }),
      close: async () => rmSync(folder, { recursive: true, force: true }),
    });
  },
};
