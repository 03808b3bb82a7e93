import { CompiledQuery, type Dialect, Kysely, MysqlDialect } from "kysely";
import { EgoError } from "../../error/ego-error.ts";
import { mysqlKindOf } from "./mysql-failure.ts";
import type { JournalDatabase } from "./schema.ts";
import type { SqlConnection, SqlDriver, SqlRow } from "./sql-driver.ts";

/** A value of a statement. */
export type MysqlValue = string | number | null | Uint8Array;

/** A connection of one's own. */
export interface MysqlConnection extends SqlConnection {
  /** Runs a statement, whose parameters are `?`. */
  run(text: string, values?: readonly MysqlValue[]): Promise<readonly SqlRow[]>;
}

/** How the store talks to MySQL or MariaDB: by `mysql2`, or through any dialect of Kysely. */
export type MysqlDriver = SqlDriver<MysqlConnection>;

/** As much of a pool of `mysql2` as the store needs, with callbacks or with promises. */
export interface MysqlPool {
  // biome-ignore lint/suspicious/noExplicitAny: a callback, or nothing where it gives a promise
  getConnection(callback?: any): any;
}

/** Talks to the database through a dialect of Kysely. Statements go as text: prepared ones are no faster. */
export function mysqlDriver(dialect: Dialect): MysqlDriver {
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

/** The dialect of a pool that is somebody else's: it stays open. */
export function poolDialect(pool: MysqlPool): Dialect {
  // One with promises has one with callbacks in it.
  const inner = "pool" in pool ? (pool.pool as MysqlPool) : pool;
  return new MysqlDialect({
    pool: { getConnection: (callback) => inner.getConnection(callback), end: (callback) => callback(undefined) },
  });
}

/** The dialect of a pool of `mysql2` of its own, which is loaded only now. */
export async function urlDialect(connectionString: string): Promise<Dialect> {
  let mysql: typeof import("mysql2");
  try {
    mysql = await import("mysql2");
  } catch (cause) {
    throw new EgoError("unsupported", 'A MySQL store needs the package "mysql2": npm install mysql2', { cause });
  }
  return new MysqlDialect({ pool: mysql.createPool(connectionString) });
}

function connectionOn(db: Kysely<JournalDatabase>, release: () => void): MysqlConnection {
  let lost = false;
  return {
    get lost() {
      return lost;
    },
    async run(text, values = []) {
      try {
        const { rows } = await db.executeQuery<SqlRow>(CompiledQuery.raw(text, values.map(parameter)));
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
  };
}

/** mysql2 takes a Buffer for bytes, and any other array for a list. */
function parameter(value: MysqlValue): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}
