import { mkdtempSync, rmSync } from "node:fs";
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

test("the engine's own connection syncs each commit: synchronous is FULL, one sync for each flush", async () => {
  await using fixture = await start();
  const { engine, store } = fixture;
  const accounts = engine.entity(account);
  const opened = await store.statistics();

  for (let i = 0; i < 5; i++) await accounts.get(`alone-${i}`).openAccount({});
  await Promise.all(Array.from({ length: 500 }, (_, i) => accounts.get(`many-${i}`).openAccount({})));

  const statistics = await store.statistics();
  expect(statistics.synchronous).toBe(2);
  expect(statistics.transactions - opened.transactions).toBe(engine.statistics.transactions);
  expect(statistics.syncs).toBe(statistics.transactions);
  expect(engine.statistics.commands).toBe(505);
  expect(engine.statistics.transactions).toBeGreaterThanOrEqual(6);
  expect(engine.statistics.transactions).toBeLessThan(50);
});

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

  expect(await fixture.store.statistics()).toMatchObject({ synchronous: 1, syncs: 0 });
});
