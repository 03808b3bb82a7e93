import { CompiledQuery, type Dialect, Kysely, type Transaction } from "kysely";
import { mysqlKindOf } from "./mysql-failure.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver, SqlRow } from "./sql-driver.ts";

/** A value of a statement. */
export type MysqlValue = string | number | null | Uint8Array;

/** A connection of one's own. */
export interface MysqlConnection extends SqlConnection {
  /** Runs a statement, whose parameters are `?`. */
  run(text: string, values?: readonly MysqlValue[]): Promise<readonly SqlRow[]>;
  /** Runs work in a transaction at "read committed"; it is given the connection in it, and the same as a Kysely. */
  transaction<T>(work: (within: MysqlConnection, trx: Transaction<JournalDatabase>) => Promise<T>): Promise<T>;
}

/** How the store talks to MySQL or MariaDB: by `mysql2`, or through any dialect of Kysely. */
export type MysqlDriver = SqlDriver<MysqlConnection>;

/** Talks to the database through a dialect of Kysely. Statements go as text: prepared ones are no faster. */
export function mysqlKyselyDriver(dialect: Dialect): MysqlDriver {
  const db = new Kysely<JournalDatabase>({ dialect });
  return {
    db,
    connect: () =>
      new Promise((resolve, reject) => {
        db.connection()
          .execute((pinned) => new Promise<void>((release) => resolve(connectionOn(pinned, release))))
          .catch(reject);
      }),
    close: () => db.destroy(),
  };
}

function connectionOn(db: Kysely<JournalDatabase>, release: () => void): MysqlConnection {
  let lost = false;
  const within = (own: Kysely<JournalDatabase>): MysqlConnection => ({
    get lost() {
      return lost;
    },
    transaction: (work) =>
      own
        .transaction()
        .setIsolationLevel("read committed")
        .execute((trx) => work(within(trx), trx)),
    async run(text, values = []) {
      try {
        const { rows } = await own.executeQuery<SqlRow>(CompiledQuery.raw(text, values.map(mysqlParameter)));
        return rows;
      } catch (failure) {
        if (mysqlKindOf(failure) === "lost") lost = true;
        throw failure;
      }
    },
    async close() {
      lost = true;
      release();
    },
  });
  return within(db);
}

/** mysql2 takes a Buffer for bytes, and any other array for a list. */
export function mysqlParameter(value: MysqlValue): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}
