import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { prepare } from "./prepare.ts";
import type { Server, ServerKind } from "./server.ts";
import { startServer } from "./server-process.ts";
import { copyTemplate, type Made } from "./template.ts";

/** MariaDB, as the system has it; `.ci/run` installs it. */
export const mariadbServer: ServerKind = {
  async missing() {
    const lacking = ["mariadbd", "mariadb-install-db"].filter((program) => find(program) === undefined);
    return lacking.length > 0 ? `there is no ${lacking.join(" and no ")} on this machine` : undefined;
  },
  start,
};

/** The path of a program. Servers are in sbin, which only root has in its PATH. */
function find(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = [...folders, ...folders.map((folder) => join(folder, "../sbin"))].map((folder) =>
    join(folder, program),
  );
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// The settings of the system are for its own server.
const sharedOptions = ["--no-defaults", "--skip-name-resolve"];
const installOptions = [...sharedOptions, "--skip-test-db"];

async function start(port: number): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "ego-mariadb-"));
  const password = randomBytes(16).toString("hex");
  const initFile = join(folder, "init.sql");
  writeFileSync(
    initFile,
    `create user if not exists ego identified by '${password}';\ngrant all on *.* to ego with grant option;\n`,
  );
  const program = find("mariadbd") ?? "";
  const data = join(folder, "data");
  const version = spawnSync(program, ["--no-defaults", "--version"], { encoding: "utf8" }).stdout;
  await copyTemplate({ key: ["mariadb", version, ...installOptions], make: installed }, data);
  const mariadbd = [
    program,
    ...sharedOptions,
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--socket=${join(folder, "socket")}`,
    `--pid-file=${join(folder, "pid")}`,
    `--init-file=${initFile}`,
    // As Debian and newer versions have it, upper and lower case being the same: what relies on more must say so.
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
  ];
  const server = await startServer(
    // SIGKILL: at once, because nothing of it is kept.
    { folder, steps: [mariadbd], stopSignal: "SIGKILL" },
    "mariadbd: ready for connections",
  );
  return { url: `mysql://ego:${password}@127.0.0.1:${port}/mysql`, ...server };
}

/** A data directory with the system's tables. */
async function installed(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "ego-mariadb-template-"));
  const data = join(folder, "data");
  await prepare(folder, [find("mariadb-install-db") ?? "", ...installOptions, `--datadir=${data}`]);
  return { folder: data, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) };
}
