import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Append, type Store, shardOf } from "@ego/runtime";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { accountBehavior } from "../../examples/bank/src/account.ts";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { AccountCreditedSchema } from "../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../examples/inventory/src/inventory.ts";
import { ParcelSentSchema } from "../golden/gen/golden/shop/v1/warehouse_pb.ts";
import { changed, ego, egoJson, fileStore, journalProject, runningBank, settableClock } from "./journal-project.ts";

// Each verb loads the application, and opens the store in a thread.
vi.setConfig({ testTimeout: 120_000 });

let cwd: string;
/** The file that each test begins with. */
let journal: Uint8Array;

beforeEach(() => {
  cwd = journalProject();
  writeFileSync(join(cwd, "bank.db"), journal);
});

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "ego-show-"));
  await writeJournal(folder);
  journal = readFileSync(join(folder, "bank.db"));
  rmSync(folder, { recursive: true });
});

async function writeJournal(folder: string): Promise<void> {
  const clock = settableClock();
  await using bank = await runningBank(fileStore(folder), { clock });
  const ann = bank.account("ann");
  await ann.openAccount(
    { ownerEmail: "ann@example.org", openingCents: 500n },
    { commandId: "c-1", metadata: { actor: "ann lee", tenant: "t1" } },
  );
  clock.set(60);
  await ann.creditAccount({ amountCents: 250n }, { commandId: "c-2", metadata: { correlationId: "k-1" } });
  await bank.item("pen").describeItem({ title: "Pen", priceCents: 120n }, { commandId: "i-1" });
  clock.set(120);
  await bank.item("pen").addStock({ quantity: 7 }, { commandId: "i-2", metadata: { actor: "bob" } });
}

/** Stores events that no engine stores. */
async function stored(entityType: string, entityId: string, ...events: Append["events"]): Promise<void> {
  const store = fileStore(cwd);
  await store.open?.([]);
  const [expectedRevision = 0] = (await store.events.heads?.([{ entityType, entityId }])) ?? [];
  const append = {
    entityType,
    entityId,
    shard: shardOf(entityType, entityId, store.events.shardCount),
    expectedRevision,
    events,
    metadata: new Uint8Array(0),
    commandId: `own-${expectedRevision}`,
    recordedAt: Date.parse("2026-08-02T00:00:00Z"),
  };
  expect(await store.events.append([append])).toMatchObject([{ stored: true }]);
  await store.close?.();
}

const credited = toBinary(AccountCreditedSchema, create(AccountCreditedSchema, { amountCents: 5n }));

describe("the events of an entity", () => {
  test("are shown with what they hold, and with who caused them", async () => {
    expect(await ego(cwd, "events", "show", "account", "ann")).toEqual({
      exitCode: 0,
      printed: `account ann
#1  2026-08-01T12:00:00.000Z  AccountOpened  actor="ann lee"  tenant=t1
    {"accountId":"ann","ownerEmail":"ann@example.org"}
#2  2026-08-01T12:00:00.000Z  AccountCredited  actor="ann lee"  tenant=t1
    {"accountId":"ann","amountCents":"500"}
#3  2026-08-01T12:01:00.000Z  AccountCredited  correlation=k-1
    {"accountId":"ann","amountCents":"250"}`,
    });
  });

  test("are lines of JSON for programs", async () => {
    const lines = await egoJson(cwd, "events", "show", "account", "ann");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toEqual({
      format: 1,
      entity: "account",
      id: "ann",
      revision: 2,
      time: "2026-08-01T12:00:00.000Z",
      shard: shardOf("account", "ann", 64),
      position: 2,
      event: "AccountCredited",
      type: "bank.v1.AccountCredited",
      // Stored with the first event of the command only.
      commandId: "c-1",
      metadata: { correlationId: "c-1", causationId: "c-1", actor: "ann lee", tenant: "t1" },
      payload: { accountId: "ann", amountCents: "500" },
    });
  });

  test.each([
    ["2", [1, 2]],
    ["99", [1, 2, 3]],
    ["2026-08-01T12:00:59Z", [1, 2]],
    ["2026-08-01T12:01:00Z", [1, 2, 3]],
  ])("are those up to %s", async (at, revisions) => {
    const lines = await egoJson(cwd, "events", "show", "account", "ann", "--at", at);
    expect(lines.map(({ revision }) => revision)).toEqual(revisions);
  });

  test("are told by the names that they had, and have another one now", async () => {
    await stored(
      "renamed",
      "r",
      { type: "bank.v0.Paid", payload: credited },
      { type: "bank.v2.Credited", payload: credited },
      { type: "bank.v1.AccountCredited", payload: credited },
    );
    expect((await ego(cwd, "events", "show", "renamed", "r")).printed).toBe(`renamed r
#1  2026-08-02T00:00:00.000Z  AccountCredited (stored as bank.v0.Paid)
    {"amountCents":"5"}
#2  2026-08-02T00:00:00.000Z  AccountCredited (stored as bank.v2.Credited)
    {"amountCents":"5"}
#3  2026-08-02T00:00:00.000Z  bank.v1.AccountCredited
    (unknown type, 2 bytes)`);
  });

  test("are shown as far as that is possible: tombstones, unknown types, damaged bytes and metadata", async () => {
    await stored("account", "ann", { type: "bank.v9.Later", payload: new Uint8Array(12) });
    await stored("account", "ann", { type: "bank.v1.AccountCredited", payload: Uint8Array.of(0x0a, 0x7f) });
    const store = fileStore(cwd);
    await store.open?.([]);
    await store.events.removePayloads?.("account", "ann", { from: 1, to: 1, toPosition: 1_000 });
    await store.close?.();
    changed(cwd, "update ego_events set metadata = x'ff' where revision = 3");
    const { exitCode, printed } = await ego(cwd, "events", "show", "account", "ann");
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/#1 .* AccountOpened .*\n {4}\(removed by retention\)\n/);
    expect(printed).toMatch(/#3 .* AccountCredited {2}\(metadata that cannot be decoded\)\n {4}\{/);
    expect(printed).toMatch(/#4 .* bank\.v9\.Later\n {4}\(unknown type, 12 bytes\)\n/);
    expect(printed).toMatch(/#5 .* AccountCredited\n {4}\(2 bytes that cannot be decoded: .+\)$/);
    const lines = await egoJson(cwd, "events", "show", "account", "ann");
    expect(lines.map(({ payload, missing, bytes }) => [payload, missing, bytes])).toEqual([
      [null, "removed", undefined],
      [expect.anything(), undefined, undefined],
      [expect.anything(), undefined, undefined],
      [null, "unknown", 12],
      [null, "broken", 2],
    ]);
  });

  test("of an entity that the application does not have any more are shown by their names", async () => {
    await stored("gone", "g", { type: "old.v1.Happened", payload: new Uint8Array(1) });
    expect((await ego(cwd, "events", "show", "gone", "g")).printed).toContain("(unknown type, 1 byte)");
  });

  test("of a named store, without a project, are shown by their names", async () => {
    const elsewhere = journalProject({ "ego.config.ts": "" });
    const address = `sqlite:${join(cwd, "bank.db")}`;
    const alone = join(elsewhere, "..");
    const { printed } = await ego(alone, "events", "show", "account", "ann", "--store", address);
    expect(printed).toMatch(/#1 .* bank\.v1\.AccountOpened .*\n {4}\(unknown type, \d+ bytes\)/);
    const state = await ego(alone, "events", "show", "account", "ann", "--store", address, "--state");
    expect(state).toEqual({ exitCode: 1, printed: expect.stringContaining("there is no ego.config.ts here") });
  });

  test("of a named store, in a project, are those of its application", async () => {
    const elsewhere = journalProject();
    const address = `sqlite:${join(cwd, "bank.db")}`;
    const { printed } = await ego(elsewhere, "events", "show", "account", "ann", "--store", address);
    expect(printed).toContain('{"accountId":"ann","ownerEmail":"ann@example.org"}');
  });

  test("cover what is sensitive, wherever it is in the message, unless it is asked for", async () => {
    const fields = { deliveryId: "d", recipient: "Ann", customerId: "c", address: { street: "Elm 1", city: "Ulm" } };
    const payload = toBinary(ParcelSentSchema, create(ParcelSentSchema, fields));
    await stored("delivery", "d", { type: "golden.shop.v1.ParcelSent", payload });
    const args = ["events", "show", "delivery", "d"];
    const covered = await ego(cwd, ...args);
    expect(covered.printed).toContain('"recipient":"[sensitive]","address":{"street":"[sensitive]","city":"Ulm"}');
    for (const more of [["--json"], ["--state"]]) {
      const { printed } = await ego(cwd, ...args, ...more);
      expect(printed).toContain("[sensitive]");
      expect(printed).not.toMatch(/Ann|Elm/);
    }
    const tail = await ego(cwd, "events", "tail", "--from", "start", "--entity", "delivery", "--limit", "1");
    expect(tail.printed).not.toMatch(/Ann|Elm/);
    for (const more of [[], ["--state"]]) {
      expect((await ego(cwd, ...args, ...more, "--sensitive")).printed).toMatch(/Ann.*Elm 1/s);
    }
  });

  test("cannot speak to the terminal, nor end their line", async () => {
    const id = "a\u001b[2J\nb\u202e";
    {
      await using bank = await runningBank(fileStore(cwd));
      const metadata = { actor: "x\u009b31m\nexit 0\u2066" };
      await bank.account(id).openAccount({ ownerEmail: "\u001b]0;t\u0007\r\n\u202e" }, { metadata });
    }
    const { printed } = await ego(cwd, "events", "show", "account", id);
    expect(printed.split("\n")).toHaveLength(3);
    expect(printed).toContain('account "a\\u001b[2J\\nb\\u{202e}"\n');
    expect(printed).toContain('"ownerEmail":"\\u001b]0;t\\u0007\\r\\n\\u{202e}"');
    expect(printed).toContain('actor="x\\x9b31m\\nexit 0\\u{2066}"');
    const { printed: state } = await ego(cwd, "events", "show", "account", id, "--state");
    for (const text of [printed, state]) expect(text).not.toMatch(/[[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]--[\n]]/v);
    const { printed: json } = await ego(cwd, "events", "show", "account", id, "--json");
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toMatchObject({ id, payload: { ownerEmail: "\u001b]0;t\u0007\r\n\u202e" } });
  });
});

describe("the state of an entity", () => {
  test("is made by its behavior, as of now or as of then", async () => {
    expect((await ego(cwd, "events", "show", "account", "ann", "--state")).printed).toBe(`account ann, state at #3
{
  "accountId": "ann",
  "ownerEmail": "ann@example.org",
  "balanceCents": "750"
}`);
    for (const at of ["2", "2026-08-01T12:00:30Z"]) {
      expect(await egoJson(cwd, "events", "show", "account", "ann", "--state", "--at", at)).toEqual([
        {
          format: 1,
          entity: "account",
          id: "ann",
          revision: 2,
          state: { accountId: "ann", ownerEmail: "ann@example.org", balanceCents: "500" },
        },
      ]);
    }
  });

  test("comes from a snapshot where retention removed the events", async () => {
    const tuning = { snapshotEvery: 2, retention: { keepEvents: 0, keepSnapshots: 1 } };
    {
      const entities = [account.implement(accountBehavior, tuning), inventoryItem.implement(inventoryBehavior)];
      await using bank = await runningBank(fileStore(cwd), { entities });
      for (let n = 0; n < 4; n++) await bank.account("ann").creditAccount({ amountCents: 1n });
    }
    const events = await egoJson(cwd, "events", "show", "account", "ann");
    expect(events[0]).toMatchObject({ revision: 1, payload: null, missing: "removed" });
    expect(await egoJson(cwd, "events", "show", "account", "ann", "--state")).toMatchObject([
      { revision: 7, state: { balanceCents: "754" } },
    ]);
  });

  test("cannot be made where events are removed that no snapshot stands for, and it says so", async () => {
    const store = fileStore(cwd);
    await store.open?.([]);
    await store.events.removePayloads?.("account", "ann", { from: 1, to: 1, toPosition: 1_000 });
    await store.close?.();
    const { exitCode, printed } = await ego(cwd, "events", "show", "account", "ann", "--state");
    expect(exitCode).toBe(2);
    expect(printed).toContain("retention removed its first events, and there is no snapshot behind them");
  });

  test("says which event its behavior cannot apply", async () => {
    await stored("account", "ann", { type: "bank.v9.Later", payload: new Uint8Array(12) });
    const { exitCode, printed } = await ego(cwd, "events", "show", "account", "ann", "--state");
    expect(exitCode).toBe(1);
    expect(printed).toContain('Event 4 of account "ann" is of type bank.v9.Later, which this program does not know');
    expect((await ego(cwd, "events", "show", "account", "ann", "--state", "--at", "3")).exitCode).toBe(0);
  });

  test("that is durable is shown as it is stored, behind its versions", async () => {
    expect((await ego(cwd, "events", "show", "inventory_item", "pen")).printed).toBe(
      `inventory_item pen, a durable state: its versions
#1  2026-08-01T12:01:00.000Z  command i-1
#2  2026-08-01T12:02:00.000Z  command i-2  actor=bob
inventory_item pen, state at #2
{
  "sku": "pen",
  "title": "Pen",
  "onHand": 7,
  "priceCents": "120"
}`,
    );
    expect(await egoJson(cwd, "events", "show", "inventory_item", "pen")).toMatchObject([
      { revision: 1, commandId: "i-1" },
      { revision: 2, commandId: "i-2", metadata: { actor: "bob" } },
      { revision: 2, state: { title: "Pen", onHand: 7 } },
    ]);
    expect(await egoJson(cwd, "events", "show", "inventory_item", "pen", "--at", "1")).toMatchObject([{ revision: 1 }]);
    const { exitCode, printed } = await ego(cwd, "events", "show", "inventory_item", "pen", "--state", "--at", "1");
    expect(exitCode).toBe(1);
    expect(printed).toContain("of pen, revision 2 is stored, and none before. Leave out --at.");
  });

  test("that was removed says so", async () => {
    {
      await using bank = await runningBank(fileStore(cwd));
      await bank.item("pen").takeStock({ quantity: 7 });
      await bank.item("pen").discontinueItem();
    }
    expect((await ego(cwd, "events", "show", "inventory_item", "pen", "--state")).printed).toBe(
      "inventory_item pen, state at #4\nremoved",
    );
    expect(await egoJson(cwd, "events", "show", "inventory_item", "pen", "--state")).toMatchObject([{ state: null }]);
  });
});

describe("what cannot be shown", () => {
  test.each([
    ["an entity without events", ["account", "bob"], "Nothing is stored of account bob, in SQLite, "],
    ["a time before them", ["account", "ann", "--at", "2020-01-01"], "Nothing is stored of account ann up to there"],
    ["a state before it", ["account", "ann", "--state", "--at", "2020-01-01"], "account ann up to there, in SQLite"],
    ["an item that never was", ["inventory_item", "ink"], "Nothing is stored of inventory_item ink"],
    [
      "a misspelt entity",
      ["acount", "ann"],
      "no entity acount; it has account, renamed, delivery, inventory_item. Did you mean account? Nothing of",
    ],
    ["the state of none", ["\u001b[2J", "ann", "--state"], 'no entity "\\u001b[2J"; it has account'],
    ["no place", ["account", "ann", "--at", "yesterday"], "`--at yesterday` is neither a revision, from 1 on, nor"],
    ["revision 0", ["account", "ann", "--at", "0"], "neither a revision, from 1 on"],
    ["a schema without a store", ["account", "ann", "--schema", "x"], "--schema goes with --store postgres"],
  ])("%s: exit code 1, and it is said", async (_, args, text) => {
    const { exitCode, printed } = await ego(cwd, "events", "show", ...args);
    expect({ exitCode, printed }).toEqual({ exitCode: 1, printed: expect.stringContaining(text) });
  });

  test("a file that is not there is refused, and not made", async () => {
    const empty = journalProject();
    const said = `There is no journal in SQLite, ${join(empty, "bank.db")}. An engine makes one when it starts, and so does \`ego migrate up\`.`;
    for (const verb of [["events", "show", "account", "ann"], ["events", "tail"], ["verify"]]) {
      expect(await ego(empty, ...verb)).toEqual({ exitCode: 2, printed: said });
    }
    expect(existsSync(join(empty, "bank.db"))).toBe(false);
  });

  test("a journal of before is refused, and not migrated", async () => {
    changed(cwd, "delete from ego_migration where name = '0002_snapshots'");
    const before = readFileSync(join(cwd, "bank.db"));
    for (const verb of [["events", "show", "account", "ann"], ["events", "tail"], ["verify"]]) {
      const { exitCode, printed } = await ego(cwd, ...verb);
      expect(exitCode).toBe(2);
      expect(printed).toContain("is not up to date: 0002_snapshots. Run `ego migrate up`");
    }
    expect(readFileSync(join(cwd, "bank.db"))).toEqual(before);
  });

  test("a table that is missing is told where its states are asked for, and nowhere else", async () => {
    changed(cwd, "drop table inventory_items");
    const { exitCode, printed } = await ego(cwd, "events", "show", "inventory_item", "pen");
    expect(exitCode).toBe(2);
    expect(printed).toContain("is not up to date: table inventory_items. Run `ego migrate up`");
    expect((await ego(cwd, "events", "show", "account", "ann")).exitCode).toBe(0);
  });

  test("a store in memory has no journal elsewhere", async () => {
    const app = (store: string) => `import { memoryStore } from "@ego/runtime";
import { sqliteStore } from "@ego/runtime/sqlite";
export const store = ${store};
export const entities = [];
`;
    for (const store of ["memoryStore()", 'sqliteStore({ filename: ":memory:" })']) {
      const { exitCode, printed } = await ego(journalProject({ "src/app.ts": app(store) }), "events", "show", "a", "b");
      expect(exitCode).toBe(1);
      expect(printed).toContain("a store in memory has no journal outside of its process");
    }
  });
});

test("nothing is changed by looking", async () => {
  const before = readFileSync(join(cwd, "bank.db"));
  for (const args of [
    ["events", "show", "account", "ann"],
    ["events", "show", "account", "ann", "--state"],
    ["events", "show", "never_stored", "x"],
    ["events", "show", "inventory_item", "pen"],
    ["events", "tail", "--from", "start", "--limit", "1"],
    ["verify"],
  ]) {
    await ego(cwd, ...args);
  }
  expect(readFileSync(join(cwd, "bank.db"))).toEqual(before);
});

test("a store that is open to be read refuses what would write", async () => {
  const store: Store = fileStore(cwd);
  await store.openToRead?.([]);
  const append = { entityType: "account", entityId: "ann", shard: shardOf("account", "ann", 64), expectedRevision: 3 };
  const rest = { metadata: new Uint8Array(0), commandId: "c", recordedAt: 0 };
  const events = [{ type: "bank.v1.AccountCredited", payload: credited }];
  await expect(store.events.append([{ ...append, ...rest, events }])).rejects.toMatchObject({ code: "unavailable" });
  await store.close?.();
});
