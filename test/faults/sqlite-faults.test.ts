import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Engine } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
import { describe, expect, test, vi } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { failureOf } from "../../runtime/src/engine/testdata/bank.ts";
import { temporaryFolder } from "../../runtime/src/stores/testdata/appends.ts";
import { start } from "../property/harness.ts";
import { limitFileSize, noDisks, noLimits, noReadOnly, readOnly, smallDisk } from "./disks.ts";
import { Ledger, ownerOf } from "./ledger.ts";

// Each opens the file in several threads, which a busy machine is slow to start.
vi.setConfig({ testTimeout: 60_000 });

const named = (title: string, reason: string | undefined) => (reason ? `${title} [${reason}]` : title);

function startOn(filename: string): Promise<Engine> {
  return start(sqliteStore({ filename }));
}

test.skipIf(noDisks !== undefined)(
  named("on a full disk: nothing is lost, and the engine goes on when there is room", noDisks),
  async () => {
    using disk = smallDisk(3_000);
    const filename = join(disk.path, "journal.db");
    const ballast = join(disk.path, "ballast");
    writeFileSync(ballast, new Uint8Array(1_000_000));
    const ledger = new Ledger(50_000);
    {
      await using engine = await startOn(filename);
      await ledger.stock(engine);

      const failure = await ledger.untilFailure(engine);

      expect(ledger.size).toBeGreaterThan(3);
      expect(failure).toMatchObject({
        code: "unavailable",
        retryable: true,
        message: expect.stringContaining(`The disk of the database ${JSON.stringify(filename)} is full. Make room`),
      });
      await ledger.check(engine);

      rmSync(ballast);
      expect(await ledger.open(engine)).toMatchObject({ repeated: false });
      await ledger.stock(engine);
      await ledger.check(engine);
    }
    await using engine = await startOn(filename);
    await ledger.check(engine);
  },
);

test.skipIf(noLimits !== undefined)(
  named("when the disk fails the file is opened anew, and nothing is lost", noLimits),
  async () => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "journal.db");
    const ledger = new Ledger(10_000);
    const workers: number[] = [];
    const notice = ({ threadId }: { threadId: number }) => void workers.push(threadId);
    process.on("worker", notice);
    await using engine = await startOn(filename);
    await ledger.open(engine);
    await ledger.stock(engine);
    const opened = workers.length;

    // What SQLite is told where the disk does not take a write: not that it is full.
    limitFileSize(1_000);
    try {
      for (let tries = 0; tries < 2; tries++) {
        expect(await failureOf(ledger.open(engine))).toMatchObject({
          code: "unavailable",
          retryable: true,
          message: expect.stringContaining(`writing the database ${JSON.stringify(filename)} failed. Look at the disk`),
        });
      }
      expect(await failureOf(ledger.stock(engine))).toMatchObject({ code: "unavailable" });
    } finally {
      limitFileSize("unlimited");
    }

    expect(await ledger.open(engine)).toMatchObject({ repeated: false });
    await ledger.stock(engine);
    await ledger.check(engine);
    expect(workers.length).toBeGreaterThan(opened);
    process.off("worker", notice);
  },
);

test.skipIf(noReadOnly !== undefined)(
  named("in a folder that may not be written: not opened, and nothing is lost", noReadOnly),
  async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "data"));
    const path = join(folder.path, "data");
    const ledger = new Ledger();
    {
      await using engine = await startOn(join(path, "journal.db"));
      await ledger.open(engine);
      await ledger.stock(engine);
    }
    {
      using disk = readOnly(path);
      for (const name of ["journal.db", "new.db"]) {
        const filename = join(disk.path, name);
        const failure = await failureOf(startOn(filename));
        expect(failure).toMatchObject({ code: "unavailable", details: { filename } });
        expect(failure.message).toMatch(/may write|this user write/);
      }
    }
    await using engine = await startOn(join(path, "journal.db"));
    await ledger.check(engine);
    await ledger.open(engine);
  },
);

describe("a damaged file", () => {
  /** Changes bytes of a file. */
  function damage(filename: string, from: number, length: number): void {
    const file = openSync(filename, "r+");
    const bytes = new Uint8Array(length);
    readSync(file, bytes, 0, length, from);
    writeSync(
      file,
      bytes.map((byte) => byte ^ 0xff),
      0,
      length,
      from,
    );
    closeSync(file);
  }

  const damages: readonly (readonly [string, (filename: string) => void, RegExp])[] = [
    ["whose first bytes are others", (filename) => damage(filename, 0, 16), /is not a SQLite database|is damaged/],
    ["whose header is another", (filename) => damage(filename, 16, 84), /is not a SQLite database|is damaged/],
    ["that was cut off", (filename) => truncateSync(filename, Math.floor(statSync(filename).size / 2)), /is damaged/],
    ["without its first half", (filename) => damage(filename, 100, statSync(filename).size / 2), /is damaged/],
  ];

  test.each(damages)("%s is data loss, by name, and a copy of it has all", async (_, harm, text) => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "journal.db");
    const ledger = new Ledger(2_000);
    {
      await using engine = await startOn(filename);
      for (let i = 0; i < 20; i++) await ledger.open(engine);
      await ledger.stock(engine);
    }
    copyFileSync(filename, join(folder.path, "backup.db"));
    harm(filename);

    const failure = await failureOf(startOn(filename));

    expect(failure).toMatchObject({ code: "data_loss", retryable: false, details: { filename } });
    expect(failure.message).toMatch(text);
    expect(failure.message).toMatch(/restore a backup/);
    copyFileSync(join(folder.path, "backup.db"), filename);
    await using engine = await startOn(filename);
    await ledger.check(engine);
  });

  test("in the middle: what is there is data loss, by name, and other entities live on", async () => {
    using folder = temporaryFolder();
    const filename = join(folder.path, "journal.db");
    const ledger = new Ledger(20_000);
    {
      await using engine = await startOn(filename);
      for (let i = 0; i < 20; i++) await ledger.open(engine);
    }
    // A page that has a part of one payload: it begins with the number of the page that goes on.
    const pages = readFileSync(filename);
    const payload = ownerOf("a-10", 20_000);
    let page = 0;
    while (!payload.includes(pages.toString("latin1", page + 4, page + 4_000))) page += 4_096;
    expect(page).toBeLessThan(pages.length);
    damage(filename, page, 4);

    await using engine = await startOn(filename);

    const accounts = engine.entity(account);
    for (const _ of [1, 2]) {
      expect(await failureOf(accounts.get("a-10").creditAccount({ amountCents: 1n }))).toMatchObject({
        code: "data_loss",
        retryable: false,
        message: expect.stringContaining(`The database ${JSON.stringify(filename)} is damaged.`),
      });
    }
    expect(await accounts.get("a-3").creditAccount({ amountCents: 1n })).toMatchObject({ revision: 2 });
    expect(await accounts.get("a-20").openAccount({})).toMatchObject({ revision: 1 });
  });
});
