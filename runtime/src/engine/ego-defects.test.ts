// Defects of eGo for Go that an event-sourcing runtime can have; each is a test of its own here, by its name.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import type { Tuning } from "../codegen/tuning.ts";
import { pageSize } from "../entity/event-pages.ts";
import type { StoredEvent } from "../journal/event-store.ts";
import { shardOf } from "../journal/hash.ts";
import type { Snapshot } from "../journal/snapshot-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

describe.each(journalCases)("on $name", ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let bank: Bank;

  beforeAll(async () => {
    journaled = journal();
    store = faultyStore(journaled.store());
    bank = await startBank(store);
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    journaled[Symbol.dispose]();
  });
  afterEach(() => store.heal());

  test("a reply is not given to the wrong caller when a flush and a new command cross", async () => {
    const { client } = await bank.opened();
    // While each batch is on its way back, the next commands come.
    const sent: { readonly amount: bigint; readonly reply: ReturnType<typeof client.creditAccount> }[] = [];
    const send = () => {
      const amount = BigInt(sent.length + 1);
      sent.push({
        amount,
        reply: client.creditAccount({ amountCents: amount }, { metadata: { amount: `${amount}` } }),
      });
    };
    store.when("events.append", { times: 20 }).does(async (_, next) => {
      const results = await next();
      for (let i = 0; i < 3; i++) send();
      queueMicrotask(send);
      return results;
    });
    send();

    const replies: { readonly amount: bigint; readonly revision: number; readonly balance: bigint }[] = [];
    for (const { amount, reply } of sent) {
      const { revision, state } = await reply;
      replies.push({ amount, revision, balance: state.balanceCents });
    }

    expect(replies).toHaveLength(81);
    let balance = 0n;
    for (const [i, reply] of replies.entries()) {
      balance += reply.amount;
      expect(reply).toEqual({ amount: BigInt(i + 1), revision: i + 2, balance });
    }
  });

  test("no rejection is told that was computed on a state which was never stored", async () => {
    const { client } = await bank.opened(100n);
    store.when("events.append").failsBefore();

    const [debited, rejected] = await Promise.all([
      failureOf(client.debitAccount({ amountCents: 100n })),
      failureOf(client.debitAccount({ amountCents: 1n }).outcome()),
    ]);

    expect([debited.code, rejected.code]).toEqual(["unavailable", "unavailable"]);
    // It was never true that there was nothing left.
    expect(await client.debitAccount({ amountCents: 1n }).outcome()).toMatchObject({ case: "accepted", revision: 3 });
  });

  test("of two writers of one entity the second is not dropped silently with success", async () => {
    await using second = await startBank(journaled.store());
    const { id, client } = await bank.opened();
    await second.engine.state(account, id);

    const replies = await Promise.all([
      client.creditAccount({ amountCents: 1n }),
      second.accounts.get(id).creditAccount({ amountCents: 10n }),
    ]);

    expect(replies.map((reply) => reply.revision).sort()).toEqual([2, 3]);
    const amounts = (await all(second.engine.history(account, id))).flatMap((one) =>
      one.name === "accountCredited" ? [one.event.amountCents] : [],
    );
    expect(amounts.sort()).toEqual([1n, 10n]);
  });

  test("a handler that changes the state and then throws has changed nothing", async () => {
    const { id, client } = await bank.opened(5n);
    const sku = freshId();
    await bank.items.get(sku).describeItem({ title: "Pen" });
    const spoil = (state: object, fields: object) => {
      // Whether the change is refused or not: the handler fails.
      Reflect.ownKeys(fields).map((name) => Reflect.set(state, name, Reflect.get(fields, name)));
      throw new Error("out of paper");
    };
    bank.script(id, { commands: { creditAccount: (_, { state }) => spoil(state, { balanceCents: 1_000n }) } });
    bank.script(sku, { item: { addStock: (_, { state }) => spoil(state, { onHand: 1_000 }) } });

    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    expect((await failureOf(bank.items.get(sku).addStock({}))).code).toBe("handler_failed");

    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 2, state: { balanceCents: 5n } });
    expect(await bank.engine.state(inventoryItem, sku)).toMatchObject({ revision: 1, state: { onHand: 0 } });
  });

  test("a handler that throws does not leave its caller waiting", async () => {
    const { id, client } = await bank.opened();
    bank.script(id, {
      commands: {
        creditAccount: () => {
          throw undefined;
        },
        debitAccount: () => Promise.reject(undefined),
      },
    });

    // No timeout: if nobody answered, the test would not end.
    expect((await failureOf(client.creditAccount({}))).code).toBe("handler_failed");
    expect((await failureOf(client.debitAccount({}))).code).toBe("handler_failed");
    expect((await client.closeAccount()).revision).toBe(3);
  });

  test("a durable state has not advanced in memory after a write that failed", async () => {
    const id = freshId();
    const item = bank.items.get(id);
    await item.describeItem({ title: "Pen" });
    store.when("states.save", { times: 2 }).failsBefore(new Error("the disk is full"));

    expect((await failureOf(item.addStock({ quantity: 5 }))).code).toBe("unavailable");
    expect((await failureOf(item.discontinueItem())).code).toBe("unavailable");

    expect(await bank.engine.state(inventoryItem, id)).toMatchObject({
      revision: 1,
      state: { title: "Pen", onHand: 0 },
    });
    expect(await item.addStock({ quantity: 1 })).toMatchObject({ revision: 2, state: { onHand: 1 } });
  });

  /** Works on an account with an engine of its own, and tells of which revisions snapshots were taken. */
  async function withSnapshots(
    tuning: Tuning,
    work: (bank: Bank, store: FaultyStore) => Promise<string>,
  ): Promise<{ readonly id: string; readonly revisions: readonly number[] }> {
    const own = faultyStore(journaled.store());
    const other = await startBank(own, {}, new Map(), tuning);
    const id = await work(other, own);
    // What was begun is done when the engine has stopped.
    await other.engine.stop();
    const saved: Snapshot[] = own.callsOf("snapshots.save").flatMap(({ args: [batch] }) => batch);
    return { id, revisions: saved.map(({ revision }) => revision) };
  }

  test("a snapshot boundary is not jumped over by a command with two events", async () => {
    const { revisions } = await withSnapshots({ snapshotEvery: 5 }, async (other) => {
      // Two events, one, one, and two: 2, 3, 4, 6. Five is never a revision that a command leads to.
      const { id, client } = await other.opened(1n);
      await client.creditAccount({ amountCents: 1n });
      await client.creditAccount({ amountCents: 1n });
      expect((await client.closeAccount()).revision).toBe(6);
      return id;
    });

    expect(revisions).toEqual([6]);
  });

  test("a whole history is not loaded in one slice", async () => {
    const { id, client } = await bank.opened();
    const commands = 2 * pageSize;
    await Promise.all(Array.from({ length: commands }, () => client.creditAccount({ amountCents: 1n })));
    const pages: number[] = [];
    const own = faultyStore(journaled.store());
    own.when("events.load", { times: Number.POSITIVE_INFINITY }).does(async (_, next) => {
      const page = await next();
      pages.push(page.length);
      return page;
    });
    await using later = await startBank(own);

    expect(await later.engine.state(account, id)).toMatchObject({ state: { balanceCents: BigInt(commands) } });
    expect(pages).toEqual([pageSize, pageSize, 1]);
    pages.length = 0;
    for await (const _ of later.engine.history(account, id)) break;
    expect(pages.length).toBeLessThanOrEqual(2);
  });

  test("a snapshot that cannot be decoded does not stop its entity", async () => {
    const { id } = await withSnapshots({ snapshotEvery: 2 }, async (other) => (await other.opened(5n)).id);
    const own = faultyStore(journaled.store());
    own.when("snapshots.load", { times: Number.POSITIVE_INFINITY }).does(async (_, next) => {
      const found = await next();
      return found && { ...found, payload: Uint8Array.of(0x0a, 0xff) };
    });
    await using later = await startBank(own, {}, new Map(), { snapshotEvery: 2 });

    const reply = await later.accounts.get(id).creditAccount({ amountCents: 1n });

    expect(reply).toMatchObject({ revision: 3, state: { balanceCents: 6n } });
    expect(later.log[0]).toMatchObject({ facts: { code: "data_loss", entityId: id, revision: 2 } });
  });

  test("retention does not remove events that a stalled reader of the journal has not seen", async () => {
    const tuning: Tuning = { snapshotEvery: 3, retention: { keepEvents: 0, keepSnapshots: 1 } };
    let seen = 0;
    const { id } = await withSnapshots(tuning, async (other) => {
      const made = await other.opened(1n);
      // It has read the first event, and then stands still.
      const [first] = await all(other.engine.history(account, made.id));
      seen = first?.position ?? 0;
      other.engine.readers.add({ name: "stalled", position: () => seen });
      for (let n = 0; n < 4; n++) await made.client.creditAccount({ amountCents: 1n });
      return made.id;
    });

    const left = (await all(bank.engine.history(account, id))).map(({ revision }) => revision);
    expect(left).toEqual([2, 3, 4, 5, 6]);
  });

  test("events of one moment are not cut by the limit of a page", async () => {
    await using still = await startBank(journaled.store(), { clock: { now: () => 1_700_000_000_000 } });
    const { id, client } = await still.opened();
    for (let n = 0; n < 6; n++) await client.creditAccount({ amountCents: 1n });

    const [first] = await all(still.engine.history(account, id));
    const { shard = -1, position = -1 } = first ?? {};
    const read: StoredEvent[] = [];
    for (let after = position - 1; ; after = read.at(-1)?.position ?? after) {
      const page = await store.events.read(shard, after, 3);
      read.push(...page);
      if (page.length < 3) break;
    }

    const own = read.filter(({ entityId }) => entityId === id);
    expect(own.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(own.map(({ recordedAt }) => recordedAt))).toEqual(new Set([1_700_000_000_000]));
  });

  test("a reader that follows the journal misses nothing of what others commit meanwhile", async () => {
    await using second = await startBank(journaled.store());
    const ids = Array.from({ length: 8 }, freshId);
    const shards = new Set(ids.map((id) => shardOf("account", id, store.events.shardCount)));
    const read: StoredEvent[] = [];
    const heads = new Map<number, number>();
    const follow = async () => {
      for (const shard of shards) {
        const after = heads.get(shard) ?? 0;
        for (const event of await store.events.read(shard, after, 5)) {
          // Dense: what is missing would be seen here.
          expect(event.position).toBe((heads.get(shard) ?? 0) + 1);
          heads.set(shard, event.position);
          read.push(event);
        }
      }
    };
    const write = async ({ accounts }: Bank, id: string) => {
      await accounts.get(id).openAccount({});
      for (let n = 0; n < 9; n++) await accounts.get(id).creditAccount({ amountCents: 1n });
    };

    let writing = true;
    const written = Promise.all(ids.map((id, index) => write(index % 2 === 0 ? bank : second, id))).finally(() => {
      writing = false;
    });
    // As long as anybody writes, and then until there is nothing more.
    for (let before = -1; writing || read.length > before; ) {
      before = read.length;
      await follow();
      // A store in memory answers without giving the writers a turn.
      await new Promise(setImmediate);
    }
    await written;

    for (const id of ids) {
      const revisions = read.filter(({ entityId }) => entityId === id).map(({ revision }) => revision);
      expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  test("no event is left out where a page ends among events of the same timestamp", async () => {
    const now = Date.now();
    using own = journal();
    await using still = await startBank(own.store(), { clock: { now: () => now } });
    const ids = Array.from({ length: 8 }, freshId);
    await Promise.all(ids.map((id) => still.accounts.get(id).openAccount({ openingCents: 1n })));

    for (const maxBuffer of [1, 2, 3, 5, 16]) {
      const seen = new Set<string>();
      // Each page is read by a subscription of its own, which knows no more than where the one before it was.
      for (let from = "start"; seen.size < 16; ) {
        await using page = still.engine.subscribe({ entities: [account], from, maxBuffer });
        for (let n = 0; n < Math.min(maxBuffer, 16 - seen.size); n++) {
          const { value } = await page.next();
          expect(value.recordedAt.getTime()).toBe(now);
          seen.add(`${value.entityId} ${value.revision}`);
        }
        from = await page.positions();
      }
      expect(seen).toEqual(new Set(ids.flatMap((id) => [`${id} 1`, `${id} 2`])));
    }
  });

  test("no event is left out that is committed late, behind the offset of a reader", async () => {
    let now = 1_700_000_000_000;
    using own = journal();
    const slow = faultyStore(own.store());
    await using late = await startBank(slow, { clock: { now: () => now } });
    await using early = await startBank(own.store(), { clock: { now: () => now } });
    await using reader = early.engine.subscribe({ entities: [account], from: "start" });
    // It is decided, and has its time, an hour before the others; and it is committed after them.
    const held = slow.when("events.append").hangsBefore();
    const lateId = freshId();
    const waiting = late.accounts.get(lateId).openAccount({});
    await held.reached;
    now += 3_600_000;
    const ids = Array.from({ length: 5 }, freshId);
    for (const id of ids) await early.accounts.get(id).openAccount({});
    for (let n = 0; n < 5; n++) expect((await reader.next()).value?.recordedAt.getTime()).toBe(now);
    held.release();
    await waiting;

    const { value } = await reader.next();
    expect(value).toMatchObject({ entityId: lateId, revision: 1 });
    expect(value?.recordedAt.getTime()).toBe(now - 3_600_000);
  });
});
