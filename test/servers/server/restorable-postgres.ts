import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onFreePort } from "./free-port.ts";
import { postgresPrograms, postgresReady } from "./postgres-server.ts";
import type { Server } from "./server.ts";
import { startServer } from "./server-process.ts";
import { serverUser } from "./server-user.ts";

/** A Postgres of a test's own, whose data directory can be that of before. */
export interface RestorablePostgres extends AsyncDisposable {
  readonly url: string;
  /** Stops the server, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Keeps a copy of the data directory as it is now. The server restarts. */
  save(): Promise<void>;
  /** Stops the server, and starts one on the same port that has the copy. */
  restore(): Promise<void>;
}

/** Starts one. */
export async function restorablePostgres(): Promise<RestorablePostgres> {
  const folder = mkdtempSync(join(tmpdir(), "ego-postgres-data-"));
  const { data, initdb, postgres, url } = await postgresPrograms(folder);
  const copy = join(folder, "copy");
  const own = () => {
    const user = serverUser();
    if (user) spawnSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
  };
  // What a guard removes is its own folder: the data directory outlives the server.
  const run = (step: readonly string[], ready: string) =>
    startServer({ folder: mkdtempSync(join(tmpdir(), "ego-postgres-")), steps: [step], stopSignal: "SIGQUIT" }, ready);
  own();
  await (await run(initdb, "Success.")).stop();
  let running: Pick<Server, "stop">;
  const port = await onFreePort(async (free) => {
    running = await run(postgres(free), postgresReady);
    return free;
  });

  async function between(work: () => Promise<void>): Promise<void> {
    await running.stop();
    await work();
    own();
    running = await run(postgres(port), postgresReady);
  }

  return {
    url: url(port),
    restart: () => between(async () => undefined),
    save: () => between(() => cp(data, copy, { recursive: true })),
    restore: () =>
      between(async () => {
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
      }),
    async [Symbol.asyncDispose]() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
