import { MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import { createConnection } from "mysql2/promise";
import type { Database } from "./database.ts";
import { mariadbServer } from "./server/mariadb-server.ts";
import { serverDatabase } from "./server-database.ts";

/** MariaDB through `mysql2`. */
export const mariadb: Database = await serverDatabase({
  name: "mariadb",
  family: "mysql",
  variable: "EGO_TEST_MYSQL_URL",
  server: mariadbServer,
  required: false,
  async run(url, statement) {
    const connection = await createConnection(url);
    try {
      await connection.query(statement);
    } finally {
      await connection.end();
    }
  },
  create: (name) => `create database ${name}`,
  drop: (name) => `drop database if exists ${name}`,
  dialect: (url) => new MysqlDialect({ pool: createPool(url) }),
});
