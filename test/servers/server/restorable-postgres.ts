import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onFreePort } from "./free-port.ts";
import { postgresReady, preparePostgres } from "./postgres-server.ts";
import type { Server } from "./server.ts";
import { startServer } from "./server-process.ts";
import { own } from "./server-user.ts";
import { copyFolder } from "./template.ts";

/** A Postgres of a test's own, whose data directory can be that of before. */
export interface RestorablePostgres extends AsyncDisposable {
  readonly url: string;
  /** Stops the server, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Keeps a copy of the data directory as it is now, and none of before. The server restarts. */
  save(): Promise<void>;
  /** Stops the server, and starts one on the same port that has the copy. */
  restore(): Promise<void>;
}

/** Starts one. */
export async function restorablePostgres(): Promise<RestorablePostgres> {
  const folder = mkdtempSync(join(tmpdir(), "ego-postgres-data-"));
  const { data, postgres, url } = await preparePostgres(folder);
  const copy = join(folder, "copy");
  // What a guard removes is its own folder: the data directory outlives the server.
  const run = (on: number) =>
    startServer(
      { folder: mkdtempSync(join(tmpdir(), "ego-postgres-")), steps: [postgres(on)], stopSignal: "SIGQUIT" },
      postgresReady,
    );
  own(folder);
  let running: Pick<Server, "stop">;
  const port = await onFreePort(async (free) => {
    running = await run(free);
    return free;
  });

  async function between(work: () => Promise<void>): Promise<void> {
    await running.stop();
    await work();
    running = await run(port);
  }

  return {
    url: url(port),
    restart: () => between(async () => undefined),
    save: () =>
      between(async () => {
        await rm(copy, { recursive: true, force: true });
        await copyFolder(data, copy);
      }),
    restore: () =>
      between(async () => {
        await rm(data, { recursive: true });
        await copyFolder(copy, data);
      }),
    async [Symbol.asyncDispose]() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
