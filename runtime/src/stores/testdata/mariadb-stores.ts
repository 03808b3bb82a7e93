import { type Connection, createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe } from "vitest";
import type { TestDatabase } from "../../../../test/servers/database.ts";
import { mariadb } from "../../../../test/servers/mariadb.ts";
import type { Store } from "../../journal/store.ts";
import { type MysqlStoreOptions, mysqlStore } from "../sql/mysql.ts";

/** Stores in MariaDB, for tests of what is special there. */
export interface MariadbStores {
  /** Another connection to the server. */
  readonly admin: Connection;
  /** The URL of a new database. */
  freshUrl(): Promise<string>;
  /** An open store: by a URL, that of a new database if none is given, or by a pool or a dialect. */
  opened(options?: Partial<MysqlStoreOptions> & { readonly url?: string }): Promise<Store & AsyncDisposable>;
}

/** Runs a suite on MariaDB; its name says why it cannot be had here. */
export function describeMariadb(title: string, suite: (stores: MariadbStores) => void): void {
  const { skipped } = mariadb;
  describe.skipIf(skipped !== undefined)(skipped === undefined ? title : `${title} [${skipped}]`, () => {
    const databases: TestDatabase[] = [];
    let admin: Connection;

    async function freshUrl(): Promise<string> {
      const database = await mariadb.open();
      databases.push(database);
      return database.url ?? "";
    }

    beforeAll(async () => {
      admin = await createConnection(await freshUrl());
    });
    afterAll(async () => {
      for (const database of databases) await database.close();
      await admin.end();
    });
    suite({
      get admin() {
        return admin;
      },
      freshUrl,
      async opened({ url, ...options } = {}) {
        const reach = options.pool || options.dialect ? {} : { connectionString: url ?? (await freshUrl()) };
        const store = mysqlStore({ ...options, ...reach } as MysqlStoreOptions);
        await store.open?.([]);
        return { ...store, events: store.events, [Symbol.asyncDispose]: async () => store.close?.() };
      },
    });
  });
}
