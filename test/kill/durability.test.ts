import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@ego/runtime";
import { type SqliteStore, sqliteStore } from "@ego/runtime/sqlite";
import { expect, test } from "vitest";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";

interface Fixture extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: SqliteStore;
}

async function start(synchronous?: "NORMAL"): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "ego-durability-"));
  const store = sqliteStore({ filename: join(folder, "bank.db"), ...(synchronous ? { synchronous } : {}) });
  const engine = await Engine.start({ store, entities: [account.implement(accountBehavior)] });
  return {
    engine,
    store,
    async [Symbol.asyncDispose]() {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test("the engine's own connection has synchronous = FULL, and commits once for each flush", async () => {
  await using fixture = await start();
  const { engine, store } = fixture;
  const accounts = engine.entity(account);
  const opened = await store.statistics();

  for (let i = 0; i < 5; i++) await accounts.get(`alone-${i}`).openAccount({});
  await Promise.all(Array.from({ length: 500 }, (_, i) => accounts.get(`many-${i}`).openAccount({})));

  const statistics = await store.statistics();
  expect(statistics.synchronous).toBe(2);
  expect(statistics.transactions - opened.transactions).toBe(engine.statistics.transactions);
  expect(engine.statistics.commands).toBe(505);
  expect(engine.statistics.transactions).toBeGreaterThanOrEqual(6);
  expect(engine.statistics.transactions).toBeLessThan(50);
});

/** Why the syncs of a process cannot be counted here; undefined if they can. */
const noTracing = spawnSync("strace", ["-e", "trace=none", process.execPath, "--version"], { encoding: "utf8" });
const reason =
  noTracing.error || noTracing.status !== 0
    ? `strace does not run here (${noTracing.error?.message ?? noTracing.stderr.trim()}): syncs are not counted`
    : undefined;
if (reason !== undefined) console.warn(`skipped: ${reason}`);

test.skipIf(reason !== undefined)(
  `each flush syncs the log to the disk once${reason ? ` [${reason}]` : ""}`,
  async () => {
    const without = syncsOf(0);
    const withFlushes = syncsOf(40);

    // Opening and closing sync as well, the same in both.
    expect(withFlushes.syncs - without.syncs).toBe(40);
    expect(withFlushes.flushes).toBe(40);
  },
);

/** Lets a process of its own send commands, one after another, and counts the times that it waits for the disk. */
function syncsOf(commands: number): { readonly syncs: number; readonly flushes: number } {
  const folder = mkdtempSync(join(tmpdir(), "ego-syncs-"));
  const log = join(folder, "trace");
  const app = [join(import.meta.dirname, "sync-app.ts"), join(folder, "bank.db"), String(commands)];
  const traced = ["-f", "-e", "trace=fdatasync,fsync", "-o", log, process.execPath, "--conditions=@ego/source", ...app];
  try {
    const { stdout, stderr, status } = spawnSync("strace", traced, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    const syncs = readFileSync(log, "utf8").match(/\bf(?:data)?sync\(/g)?.length ?? 0;
    return { syncs, flushes: Number(stdout) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("what stores nothing costs no transaction: reads, rejections, no-ops, repeated commands, failures", async () => {
  await using fixture = await start();
  const { engine, store } = fixture;
  const client = engine.entity(account).get("a");
  await client.openAccount({}, { commandId: "c" });
  await client.closeAccount();
  const before = await store.statistics();

  await engine.state(account, "a");
  await client.closeAccount();
  await client.creditAccount({ amountCents: 1n }).outcome();
  await client.openAccount({}, { commandId: "c" });
  await client.openAccount({}).catch(() => {});

  expect(await store.statistics()).toEqual(before);
});

test("less than FULL is what one has to ask for", async () => {
  await using fixture = await start("NORMAL");
  await fixture.engine.entity(account).get("a").openAccount({});

  expect(await fixture.store.statistics()).toMatchObject({ synchronous: 1 });
});
