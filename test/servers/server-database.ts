import { randomBytes } from "node:crypto";
import type { Dialect } from "kysely";
import { type Database, testDatabase } from "./database.ts";
import { onFreePort } from "./server/free-port.ts";
import type { Server, ServerKind } from "./server/server.ts";

/** How a database of a server is used. */
interface ServerDatabaseOptions extends Pick<Database, "name" | "family"> {
  /** The environment variable that has the URL of a server elsewhere; then none is started. */
  readonly variable: string;
  readonly server: ServerKind;
  /** Continuous integration fails without it. */
  readonly required: boolean;
  /** Runs one statement, on a connection of its own. */
  run(url: string, statement: string): Promise<unknown>;
  create(name: string): string;
  drop(name: string): string;
  dialect(url: string): Dialect;
}

/** A kind of database that needs a server. */
export async function serverDatabase(options: ServerDatabaseOptions): Promise<Database> {
  const { name, family, variable, required } = options;
  const elsewhere = process.env[variable] || undefined;
  const missing = elsewhere === undefined ? await options.server.missing() : undefined;
  const reason = missing === undefined ? undefined : `${missing}, and ${variable} is not set`;
  const own = serverOfThisProcess(options.server);
  return {
    name,
    family,
    skipped: required && process.env.CI ? undefined : reason,
    async open() {
      if (reason !== undefined) throw new Error(reason);
      const server = elsewhere ?? (await own());
      const database = `ego_test_${randomBytes(8).toString("hex")}`;
      const url = Object.assign(new URL(server), { pathname: database }).href;
      await options.run(server, options.create(database));
      return testDatabase({
        url,
        dialect: () => options.dialect(url),
        close: async () => {
          await options.run(server, options.drop(database));
        },
      });
    },
  };
}

/**
 * The URL of a server that starts when it is first asked for, and ends with this process: its guard sees to that.
 *
 * Files that are run by one process after another share it, with a database each. A server for the whole run would need
 * a way for the processes to find it.
 */
function serverOfThisProcess(kind: ServerKind): () => Promise<string> {
  let started: Promise<Server> | undefined;
  return async () => {
    started ??= onFreePort(kind.start);
    return (await started).url;
  };
}
