import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { Tuning } from "../codegen/tuning.ts";
import type { Snapshot } from "../journal/snapshot-store.ts";
import { holesIn, readJournal } from "../testing/contract/journal-reading.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { all, type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

const everyTen: Tuning = { snapshotEvery: 10, retention: { keepEvents: 3, keepSnapshots: 2 } };
/** As little as can be kept. */
const sparse: Tuning = { snapshotEvery: 5, retention: { keepEvents: 0, keepSnapshots: 1 } };

// Engines are started again and again, which takes long on a busy machine.
describe.each(journalCases)("retention, on $name", { timeout: 60_000 }, ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;

  beforeEach(() => {
    journaled = journal();
  });
  afterEach(() => journaled[Symbol.dispose]());

  /** An engine on the journal, behind the one before it. */
  function start(tuning: Tuning): Promise<Bank> {
    store = faultyStore(journaled.store());
    return startBank(store, {}, new Map(), tuning);
  }

  /** Looks at what is stored of an account, when no engine has it open. */
  async function stored(
    id: string,
  ): Promise<{ readonly tombstones: readonly number[]; readonly snapshots: readonly number[] }> {
    const reading = journaled.store();
    await reading.open?.([]);
    const snapshots: number[] = [];
    for (let found: Snapshot | undefined, to = Number.MAX_SAFE_INTEGER; ; to = found.revision - 1) {
      found = await reading.snapshots?.load("account", id, { to });
      if (!found) break;
      snapshots.push(found.revision);
    }
    const events = await reading.events.load("account", id);
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, n) => n + 1));
    expect(holesIn(await readJournal(reading.events))).toEqual([]);
    await reading.close?.();
    return { tombstones: events.filter(({ payload }) => payload === null).map(({ revision }) => revision), snapshots };
  }

  async function opened(bank: Bank): Promise<string> {
    const id = freshId();
    await bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org" });
    return id;
  }

  /** Credits a cent in each of some commands, one after the other. */
  async function credit(bank: Bank, id: string, times: number): Promise<void> {
    for (let n = 0; n < times; n++) await bank.accounts.get(id).creditAccount({ amountCents: 1n });
  }

  /** An account of so many events, written by engines that stop behind each snapshot: then all is done that follows it. */
  async function written(tuning: Tuning, ...revisions: readonly number[]): Promise<string> {
    let id: string | undefined;
    let head = 0;
    for (const revision of revisions) {
      const bank = await start(tuning);
      if (id === undefined) {
        id = await opened(bank);
        head = 1;
      }
      await credit(bank, id, revision - head);
      head = revision;
      await bank.engine.stop();
      expect(bank.log).toEqual([]);
    }
    return id ?? expect.fail("no revision");
  }

  const upTo = (revision: number) => Array.from({ length: revision }, (_, n) => n + 1);

  test("keeps the snapshots and events that it says, and the entity is what it was", async () => {
    const id = await written(everyTen, 10);
    // One snapshot is not the two that are to be kept: nothing is removed yet.
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [10] });
    await using bank = await start(everyTen);
    await credit(bank, id, 10);
    await bank.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(7), snapshots: [20, 10] });
    await using second = await start(everyTen);
    await credit(second, id, 10);
    await second.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(17), snapshots: [30, 20] });

    await using later = await start(everyTen);
    expect(await later.engine.state(account, id)).toMatchObject({
      revision: 30,
      state: { accountId: id, ownerEmail: "ann@example.org", balanceCents: 29n },
    });
    expect(await later.accounts.get(id).debitAccount({ amountCents: 29n })).toMatchObject({ revision: 31 });
    expect(later.log).toEqual([]);
  });

  test("of the second newest snapshot is enough, should the newest be damaged", async () => {
    const id = await written(everyTen, 10, 20, 30);
    await using later = await start(everyTen);
    store.when("snapshots.load", { times: Infinity }).does(async (_, next) => {
      const found = await next();
      return found?.revision === 30 ? { ...found, payload: Uint8Array.of(0xff) } : found;
    });

    expect(await later.engine.state(account, id)).toMatchObject({ revision: 30, state: { balanceCents: 29n } });
    expect(later.log).toMatchObject([{ facts: { code: "data_loss", revision: 30 } }]);
  });

  test("of snapshots alone leaves the events", async () => {
    const id = await written({ snapshotEvery: 5, retention: { keepSnapshots: 1 } }, 5, 10, 15);
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [15] });
  });

  test("of more events than there are removes none", async () => {
    const id = await written({ snapshotEvery: 5, retention: { keepEvents: 1_000 } }, 5, 10, 15);
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [15, 10] });
  });

  test("does at once what was not done before it was switched on, whatever was removed already", async () => {
    const plain = await start({});
    const id = await opened(plain);
    await Promise.all(upTo(2_499).map(() => plain.accounts.get(id).creditAccount({ amountCents: 1n })));
    await plain.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [] });
    const writing = journaled.store();
    await writing.open?.([]);
    await writing.events.removePayloads?.("account", "another", { from: 1, to: 9, toPosition: 9 });
    await writing.close?.();

    const bank = await start(sparse);
    let removals = 0;
    const done = Promise.withResolvers<void>();
    // Two thousand five hundred, in thousands.
    store.when("events.removePayloads", { times: Infinity }).does(async (_, next) => {
      await next();
      if (++removals === 3) done.resolve();
    });
    await bank.engine.state(account, id);
    await done.promise;
    await bank.engine.stop();

    expect(await stored(id)).toEqual({ tombstones: upTo(2_500), snapshots: [2_500] });
    await using later = await start(sparse);
    expect(await later.engine.state(account, id)).toMatchObject({ revision: 2_500, state: { balanceCents: 2_499n } });
  });

  test("takes nothing from an entity that is in memory, whatever comes: refusals, failures, other engines", async () => {
    await using bank = await start(sparse);
    await using other = await startBank(journaled.store(), {}, new Map(), sparse);
    const id = await opened(bank);
    let batches = 0;
    const failing = store.when("events.append", { times: Infinity }).does(async (_, next) => {
      const results = await next();
      if (++batches % 5 === 0) throw new Error("connection reset");
      return results;
    });
    let balance = 0n;
    for (let n = 1; n <= 60; n++) {
      const client = (n % 3 === 0 ? other : bank).accounts.get(id);
      for (;;) {
        const reply = await client
          .creditAccount({ amountCents: 1n }, { commandId: `c-${n}` })
          .catch((failure: unknown) => failure);
        if (reply instanceof Error) continue;
        break;
      }
      balance++;
      expect(await client.debitAccount({ amountCents: 1_000n }).outcome()).toMatchObject({
        case: "insufficientFunds",
        rejection: { missingCents: 1_000n - balance },
      });
    }
    failing.takeBack();
    expect(await bank.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({
      revision: 62,
      state: { balanceCents: 61n },
    });
  });

  test("removes nothing where no snapshot was stored, or none can be read back", async () => {
    const bank = await start(sparse);
    store.when("snapshots.save", { times: Infinity }).failsBefore(new Error("the disk is full"));
    const id = await opened(bank);
    await credit(bank, id, 6);
    await bank.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [] });

    const second = await start(sparse);
    store.when("snapshots.load", { times: Infinity }).does(async (_, next) => {
      const found = await next();
      return found && { ...found, payload: Uint8Array.of(0xff) };
    });
    await credit(second, id, 4);
    await second.engine.stop();
    expect((await stored(id)).tombstones).toEqual([]);
  });

  test("one that fails is logged, nobody is told, and the next snapshot sees to it", async () => {
    const bank = await start(sparse);
    store.when("events.removePayloads", { times: Infinity }).failsAfter(new Error("connection reset"));
    const id = await opened(bank);
    await credit(bank, id, 4);
    await bank.engine.stop();
    expect(bank.log).toMatchObject([
      { message: expect.stringContaining("What retention removes"), facts: { entityId: id, revision: 5 } },
    ]);

    const second = await start(sparse);
    await credit(second, id, 5);
    await second.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(10), snapshots: [10] });
  });

  test("a repeated command is known by its tombstone, also after a restart; what it was then is gone, so it is as now", async () => {
    const bank = await start(sparse);
    const id = await opened(bank);
    const client = bank.accounts.get(id);
    const first = await client.creditAccount({ amountCents: 5n }, { commandId: "early" });
    await credit(bank, id, 3);
    await bank.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(5), snapshots: [5] });

    for (let restart = 0; restart < 2; restart++) {
      await using later = await start(sparse);
      await credit(later, id, 1);
      const again = await later.accounts.get(id).creditAccount({ amountCents: 5n }, { commandId: "early" });
      expect(again).toMatchObject({
        repeated: true,
        revision: first.revision,
        position: first.position,
        recordedAt: first.recordedAt,
        state: { balanceCents: BigInt(8 + restart + 1) },
      });
      const other = later.accounts.get(id).creditAccount({ amountCents: 6n }, { commandId: "early" });
      expect((await failureOf(other)).code).toBe("invalid_argument");
      expect((await later.engine.state(account, id)).revision).toBe(6 + restart);
    }
  });

  test("the history begins behind the tombstones, with an event whose revision says so", async () => {
    const id = await written({ snapshotEvery: 5, retention: { keepEvents: 2, keepSnapshots: 1 } }, 5);
    await using later = await start({});
    const history = await all(later.engine.history(account, id));
    expect(history.map(({ revision, name }) => [revision, name])).toEqual([
      [4, "accountCredited"],
      [5, "accountCredited"],
    ]);
  });

  test("an entity without snapshotEvery, from now on, is still recovered behind its tombstones", async () => {
    const id = await written(sparse, 5, 7);
    await using later = await start({});
    expect(await later.engine.state(account, id)).toMatchObject({ revision: 7, state: { balanceCents: 6n } });
    expect(await later.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({ revision: 8 });
  });

  test("what another engine removes while an entity is being read is found in the newer snapshot", async () => {
    const id = await written(sparse, 5, 8);
    await using bank = await start(sparse);
    let raced = false;
    store.when("events.load").does(async (_, next) => {
      raced = true;
      // The snapshot of revision 5 was read; before the events are, another engine goes on to 12.
      const other = await startBank(journaled.store(), {}, new Map(), sparse);
      await credit(other, id, 4);
      await other.engine.stop();
      return next();
    });

    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 12, state: { balanceCents: 11n } });
    expect(raced).toBe(true);
    expect(bank.log).toEqual([]);
  });

  test("an entity whose snapshots are of another schema, and whose events are gone, says what to do, and that works", async () => {
    const id = await written(sparse, 5, 7);
    const again: Tuning = { ...sparse, stateVersion: 2 };
    let accepted = "";
    {
      await using bank = await start(again);
      const failure = await failureOf(bank.accounts.get(id).creditAccount({ amountCents: 1n }));
      expect(failure.code).toBe("data_loss");
      expect(failure.details).toMatchObject({ entity: "account", entityId: id, foundRevision: 5 });
      expect(failure.message).toMatch(/retention removed its first events.* acceptSnapshots: \["[0-9a-f]{16}"\]/);
      accepted = /"([0-9a-f]{16})"\]/.exec(failure.message)?.[1] ?? "";
      expect((await bank.opened(1n)).client).toBeDefined();
      expect(bank.log).toMatchObject([{ facts: { entityId: id } }]);
    }
    // Nothing was changed: the program that made them goes on.
    const former = await start(sparse);
    expect((await former.engine.state(account, id)).revision).toBe(7);
    await former.engine.stop();

    const taken = await start({ ...again, acceptSnapshots: [accepted] });
    expect(await taken.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({
      revision: 8,
      state: { balanceCents: 7n },
    });
    await credit(taken, id, 2);
    await taken.engine.stop();
    // From its own first snapshot on it needs the others no more.
    await using bank = await start(again);
    expect(await bank.engine.state(account, id)).toMatchObject({ revision: 10, state: { balanceCents: 9n } });
  });

  test("an entity whose events are gone is unavailable while its snapshots cannot be read, and no loss is claimed", async () => {
    const id = await written(sparse, 5);
    await using bank = await start(sparse);
    const unread = store.when("snapshots.load", { times: Infinity }).failsAfter(new Error("connection reset"));
    expect(await failureOf(bank.engine.state(account, id))).toMatchObject({ code: "unavailable", retryable: true });
    unread.takeBack();
    expect((await bank.engine.state(account, id)).revision).toBe(5);
  });

  test("an entity whose events and snapshots are gone says so", async () => {
    const id = await written(sparse, 5);
    const writing = journaled.store();
    await writing.open?.([]);
    await writing.snapshots?.delete("account", id);
    await writing.close?.();
    await using bank = await start(sparse);
    const failure = await failureOf(bank.engine.state(account, id));
    expect(failure.code).toBe("data_loss");
    expect(failure.message).toContain("Restore its snapshots from a backup.");
  });

  test("a subscriber who missed what is gone is not told, and an operator is", async () => {
    await using one = await start(sparse);
    const id = await opened(one);
    await using stream = one.engine.subscribe({ entities: [account] });
    const other = await startBank(journaled.store(), {}, new Map(), sparse);
    await credit(other, id, 5);
    await other.engine.stop();

    expect(await one.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({ revision: 7 });

    expect((await stream.next()).value?.revision).toBe(6);
    expect(one.log).toMatchObject([
      { message: expect.stringContaining("from revision 2 to 5: retention removed it"), facts: { code: "data_loss" } },
    ]);
  });

  test("leaves what a reader of the journal still needs, and goes on when it has read that", async () => {
    let position = 0;
    const asked: number[] = [];
    const reader = {
      name: "exporter",
      position(shard: number) {
        asked.push(shard);
        return Promise.resolve(position);
      },
    };
    const first = await start(sparse);
    const remove = first.engine.readers.add(reader);
    const id = await opened(first);
    await credit(first, id, 3);
    const third = (await all(first.engine.history(account, id)))[2] ?? expect.fail();
    await credit(first, id, 1);
    await first.engine.stop();
    expect(new Set(asked)).toEqual(new Set([third.shard]));
    expect(await stored(id)).toEqual({ tombstones: [], snapshots: [5] });

    position = third.position;
    const second = await start(sparse);
    second.engine.readers.add(reader);
    await credit(second, id, 5);
    await second.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(3), snapshots: [10] });

    remove();
    const last = await start(sparse);
    const gone = last.engine.readers.add(reader);
    gone();
    await credit(last, id, 5);
    await last.engine.stop();
    expect(await stored(id)).toEqual({ tombstones: upTo(15), snapshots: [15] });
  });

  test("a reader that cannot say where it is holds everything, and that is logged", async () => {
    const bank = await start(sparse);
    bank.engine.readers.add({
      name: "broken",
      position() {
        throw new Error("no offsets");
      },
    });
    const id = await opened(bank);
    await credit(bank, id, 4);
    await bank.engine.stop();
    expect((await stored(id)).tombstones).toEqual([]);
    expect(bank.log).toMatchObject([{ message: expect.stringContaining("no offsets") }]);
  });
});
