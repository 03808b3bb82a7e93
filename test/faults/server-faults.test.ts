import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "../../runtime/src/engine/testdata/bank.ts";
import { start } from "../property/harness.ts";
import { onFreePort } from "../servers/server/free-port.ts";
import type { Server } from "../servers/server/server.ts";
import { serverUser } from "../servers/server/server-user.ts";
import { type Disk, diskAt, noDisks } from "./disks.ts";
import { leapingClock } from "./leaping-clock.ts";
import { Ledger } from "./ledger.ts";
import { type FaultyServerKind, serverKinds } from "./server-kinds.ts";

const gone = {
  code: "unavailable",
  retryable: true,
  message: expect.stringMatching(/at 127\.0\.0\.1:\d+\/.*Is it running, and can it be reached\?/),
};
let databases = 0;

describe.each(serverKinds)("$name", (kind) => {
  const { missing, store, run } = kind;
  const reason = missing === undefined ? "" : ` [${missing}]`;

  describe.skipIf(missing !== undefined)(`with a fault${reason}`, { timeout: 120_000 }, () => {
    let server: Server;
    beforeAll(async () => {
      server = await onFreePort(kind.server.start);
    }, 120_000);
    afterAll(() => server.stop(), 120_000);

    /** The URL of a new database. */
    async function freshUrl(clause = ""): Promise<string> {
      const name = `faults_${databases++}`;
      await run(server.url, `create database ${name} ${clause}`);
      return Object.assign(new URL(server.url), { pathname: name }).href;
    }

    test("killed: commands fail until it is back, and nothing is lost", async () => {
      const ledger = new Ledger();
      await using engine = await start(store(await freshUrl(), 20));
      await ledger.open(engine);
      await ledger.stock(engine);

      await server.down("SIGKILL");
      expect(await failureOf(ledger.open(engine))).toMatchObject(gone);
      expect(await failureOf(ledger.stock(engine))).toMatchObject(gone);
      await server.up();

      expect(await ledger.open(engine)).toMatchObject({ repeated: false });
      await ledger.stock(engine);
      await ledger.check(engine);
    });

    describe("gone for 25 seconds", () => {
      /** Sends a command while the server is gone, whose clock then jumps. */
      async function whileGone(reconnectMs: number, then: (command: Promise<unknown>) => Promise<void>) {
        const attempts: (() => void)[] = [];
        const pool = kind.pooled(await freshUrl(), reconnectMs, () => attempts.shift()?.());
        const ledger = new Ledger();
        const clock = leapingClock();
        const engine = await start(pool.store, clock);
        await ledger.open(engine);
        await server.down("SIGKILL");
        const tried = new Promise<void>((resolve) => attempts.push(() => undefined, resolve));
        const command = ledger.open(engine);
        command.catch(() => undefined);
        // One that fails before anything was tried is not waited for: what follows says how it failed.
        await Promise.race([tried, command.catch(() => undefined)]);
        clock.leap(25_000);
        await then(command);
        await ledger.open(engine);
        await ledger.check(engine);
        await engine.stop();
        await pool.end();
      }

      test("a batch that may wait longer is stored when it is back", async () => {
        await whileGone(60_000, async (command) => {
          await server.up();
          expect(await command).toMatchObject({ repeated: false });
        });
      });

      test("a batch that may wait for less is told that it is gone, and the engine goes on when it is back", async () => {
        await whileGone(20_000, async (command) => {
          expect(await failureOf(command)).toMatchObject({ code: "unavailable", retryable: true });
          await server.up();
        });
      });
    });

    test("not there when the engine starts: an error that says so, and the engine starts when it is", async () => {
      const url = await freshUrl();
      const ledger = new Ledger();
      {
        await using engine = await start(store(url, 20));
        await ledger.open(engine);
      }
      await server.down("SIGKILL");
      expect(await failureOf(start(store(url, 20)))).toMatchObject(gone);
      await server.up();
      await using engine = await start(store(url, 20));
      await ledger.check(engine);
    });

    const noFullDisk = noDisks ?? (process.getuid?.() === 0 ? undefined : "only root mounts a disk for a server");
    test.skipIf(noFullDisk !== undefined)(
      `with a full disk: nothing is lost, and the engine goes on when there is room${noFullDisk ? ` [${noFullDisk}]` : ""}`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "ego-full-"));
        using place = await smallPlace(kind, server.url, folder, freshUrl);
        const ballast = join(place.disk.path, "ballast");
        writeFileSync(ballast, new Uint8Array(6_000_000));
        const ledger = new Ledger(200_000);
        await using engine = await start(store(place.url, 20));
        await ledger.stock(engine);

        const failure = await ledger.untilFailure(engine);

        expect(ledger.size).toBeGreaterThan(3);
        expect(failure).toMatchObject({
          code: "unavailable",
          retryable: true,
          message: expect.stringMatching(kind.full),
        });
        rmSync(ballast);
        if (!(await run(server.url, "select 1").catch(() => false))) await server.up();
        await ledger.check(engine);
        expect(await ledger.open(engine)).toMatchObject({ repeated: false });
        await ledger.stock(engine);
        await ledger.check(engine);
      },
    );

    test("that takes no writes: told, and nothing is lost", async () => {
      const url = await freshUrl();
      const ledger = new Ledger();
      {
        await using engine = await start(store(url, 20));
        await ledger.open(engine);
      }
      const database = new URL(url).pathname.slice(1);
      const [on, off] =
        kind.name === "Postgres"
          ? [true, false].map((is) => `alter database ${database} set default_transaction_read_only = ${is}`)
          : ["on", "off"].map((is) => `set global tx_read_only = ${is}`);
      await run(server.url, on ?? "");
      const told = { code: "unavailable", message: expect.stringContaining("The server takes no writes") };
      expect(await failureOf(start(store(url, 20)).then((engine) => ledger.open(engine)))).toMatchObject(told);
      await run(server.url, off ?? "");
      await using engine = await start(store(url, 20));
      await ledger.open(engine);
      await ledger.check(engine);
    });

    test("whose table of events was dropped: data loss, said so", async () => {
      const url = await freshUrl();
      const ledger = new Ledger();
      await using engine = await start(store(url, 20));
      await ledger.open(engine);

      await run(url, "drop table ego_events");

      for (const _ of [1, 2]) {
        expect(await failureOf(ledger.open(engine))).toMatchObject({
          code: "data_loss",
          retryable: false,
          message: expect.stringMatching(/is missing: was it dropped\? Restore a backup/),
        });
      }
    });
  });
});

/** A database whose tables are on a small disk. */
async function smallPlace(
  { name, run }: FaultyServerKind,
  serverUrl: string,
  folder: string,
  freshUrl: (clause?: string) => Promise<string>,
): Promise<Disposable & { readonly disk: Disk; readonly url: string }> {
  const { uid, gid } = serverUser() ?? { uid: 0, gid: 0 };
  let disk: Disk;
  let url: string;
  if (name === "Postgres") {
    disk = diskAt(folder, 24_000, uid, gid);
    await run(serverUrl, `create tablespace small location '${folder}'`);
    url = await freshUrl("tablespace small template template0");
  } else {
    url = await freshUrl();
    const data = await run(serverUrl, "select @@datadir");
    disk = diskAt(join(String(data), new URL(url).pathname), 14_000, uid, gid);
  }
  return {
    disk,
    url,
    [Symbol.dispose]() {
      disk[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
