import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { Tuning } from "../codegen/tuning.ts";
import type { Snapshot } from "../journal/snapshot-store.ts";
import { type FaultyStore, faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, freshId, type Script, startBank } from "./testdata/bank.ts";
import { type Journal, journalCases } from "./testdata/journals.ts";

/** A wait for something that a store does. */
const gate = () => Promise.withResolvers<void>();

// Engines are started again and again, which takes long on a busy machine.
describe.each(journalCases)("snapshots, on $name", { timeout: 60_000 }, ({ journal }) => {
  let journaled: Journal;
  let store: FaultyStore;
  let scripts: Map<string, Script>;

  beforeEach(() => {
    journaled = journal();
    scripts = new Map();
  });
  afterEach(() => journaled[Symbol.dispose]());

  /** An engine on the journal, behind the one before it. */
  function start(tuning: Tuning): Promise<Bank> {
    store = faultyStore(journaled.store());
    return startBank(store, {}, scripts, tuning);
  }

  /** The snapshots of an account, newest first. */
  async function stored(id: string): Promise<readonly Snapshot[]> {
    const reading = journaled.store();
    await reading.open?.([]);
    const found: Snapshot[] = [];
    for (let to = Number.MAX_SAFE_INTEGER; ; ) {
      const snapshot = await reading.snapshots?.load("account", id, { to });
      if (!snapshot) break;
      found.push(snapshot);
      to = snapshot.revision - 1;
    }
    await reading.close?.();
    return found;
  }

  async function revisionsOf(id: string): Promise<readonly number[]> {
    return (await stored(id)).map(({ revision }) => revision);
  }

  /** Changes what is stored, behind the back of every engine. */
  async function overwrite(snapshots: readonly Snapshot[]): Promise<void> {
    const writing = journaled.store();
    await writing.open?.([]);
    await writing.snapshots?.save(snapshots);
    await writing.close?.();
  }

  /** An account with so many events, each of a command that credits one cent. */
  async function credited(bank: Bank, events: number): Promise<string> {
    const id = freshId();
    await bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org" });
    const sent = Array.from({ length: events - 1 }, () => bank.accounts.get(id).creditAccount({ amountCents: 1n }));
    await Promise.all(sent);
    return id;
  }

  /** Opens an account, and credits one cent after the other, each when the last is answered. */
  async function creditedInTurn(bank: Bank, id: string, times: number): Promise<void> {
    for (let n = 0; n < times; n++) await bank.accounts.get(id).creditAccount({ amountCents: 1n });
  }

  /** How many events are loaded while something is done. */
  async function loadedBy(work: () => Promise<unknown>): Promise<number> {
    let loaded = 0;
    const counting = store.when("events.load", { times: Infinity }).does(async (_, next) => {
      const page = await next();
      loaded += page.length;
      return page;
    });
    await work();
    counting.takeBack();
    return loaded;
  }

  test("an entity is recovered from the newest one and the events behind it, and goes on", async () => {
    const first = await start({ snapshotEvery: 10 });
    const id = await credited(first, 8);
    await creditedInTurn(first, id, 5);
    await first.engine.stop();
    expect(await revisionsOf(id)).toEqual([10]);

    await using later = await start({ snapshotEvery: 10 });
    let state: unknown;
    const loaded = await loadedBy(async () => {
      state = await later.engine.state(account, id);
    });

    // The event of the snapshot itself says that it belongs to this journal.
    expect(loaded).toBe(1 + 3);
    expect(state).toMatchObject({
      revision: 13,
      state: { accountId: id, ownerEmail: "ann@example.org", balanceCents: 12n },
    });
    expect(await later.accounts.get(id).debitAccount({ amountCents: 12n })).toMatchObject({ revision: 14 });
  });

  test("is taken after the reply, and never in the way of one: one at a time, and the next one makes up for it", async () => {
    await using bank = await start({ snapshotEvery: 2 });
    const [begun, go, again] = [gate(), gate(), gate()];
    const saves: (readonly number[])[] = [];
    store.when("snapshots.save", { times: Infinity }).does(async ({ args: [batch] }, next) => {
      saves.push(batch.map(({ revision }) => revision));
      begun.resolve();
      if (saves.length === 2) again.resolve();
      await go.promise;
      return next();
    });
    const id = await credited(bank, 1);
    await creditedInTurn(bank, id, 1);
    await begun.promise;
    // A snapshot hangs; commands go on over three more boundaries.
    await creditedInTurn(bank, id, 7);
    expect(saves).toEqual([[2]]);

    go.resolve();
    // It is over when its entity says so: the first command after that takes the next one, of what it is now.
    for (let revision = 9; saves.length < 2; revision++) {
      await creditedInTurn(bank, id, 1);
      expect(revision).toBeLessThan(1_000);
    }
    await again.promise;
    expect(saves[1]?.[0]).toBeGreaterThanOrEqual(10);
    expect((await bank.engine.state(account, id)).state.balanceCents).toBe(
      BigInt((await bank.engine.state(account, id)).revision - 1),
    );
  });

  test("one that cannot be stored is logged, and nobody is told: the next is due at the next boundary", async () => {
    const bank = await start({ snapshotEvery: 3 });
    store.when("snapshots.save", { times: Infinity }).failsBefore(new Error("the disk is full"));
    const id = await credited(bank, 2);
    await creditedInTurn(bank, id, 1);
    await bank.engine.state(account, id);
    await creditedInTurn(bank, id, 2);
    await bank.engine.stop();

    const tried = store.callsOf("snapshots.save").flatMap(({ args: [batch] }) => batch);
    expect(tried.map(({ revision }) => revision)).toEqual([3]);
    expect(bank.log).toMatchObject([
      {
        message: expect.stringContaining(`No snapshot of account "${id}" at revision 3 was stored: `),
        facts: { code: "unavailable", entity: "account", entityId: id, revision: 3 },
      },
    ]);
    await using later = await start({ snapshotEvery: 3 });
    expect(await later.engine.state(account, id)).toMatchObject({ revision: 5, state: { balanceCents: 4n } });
  });

  test("if they cannot be read, the events alone do, and that is logged", async () => {
    const first = await start({ snapshotEvery: 2 });
    const id = await credited(first, 4);
    await first.engine.stop();
    await using later = await start({ snapshotEvery: 100 });
    store.when("snapshots.load", { times: Infinity }).failsAfter(new Error("connection reset"));

    expect(await later.engine.state(account, id)).toMatchObject({ revision: 4, state: { balanceCents: 3n } });
    expect(later.log).toMatchObject([{ facts: { code: "unavailable" } }]);
  });

  test("one that cannot be decoded is logged and passed over: an older one is used, or the events", async () => {
    const first = await start({ snapshotEvery: 5 });
    const id = await credited(first, 1);
    await creditedInTurn(first, id, 4);
    await first.engine.stop();
    const second = await start({ snapshotEvery: 5 });
    await creditedInTurn(second, id, 5);
    await second.engine.stop();
    const [newest, older] = await stored(id);
    expect([newest?.revision, older?.revision]).toEqual([10, 5]);
    const damaged = (snapshot: Snapshot | undefined) => [
      { ...(snapshot ?? expect.fail()), payload: Uint8Array.of(0x0a, 0xff, 0x01) },
    ];

    await overwrite(damaged(newest));
    {
      await using bank = await start({ snapshotEvery: 1_000 });
      const loaded = await loadedBy(() => bank.engine.state(account, id));
      expect(loaded).toBe(1 + 5);
      expect(bank.log).toMatchObject([{ facts: { code: "data_loss", entityId: id, revision: 10 } }]);
      expect(await bank.engine.state(account, id)).toMatchObject({ revision: 10, state: { balanceCents: 9n } });
    }
    await overwrite(damaged(older));
    {
      await using bank = await start({ snapshotEvery: 1_000 });
      expect(await loadedBy(() => bank.engine.state(account, id))).toBe(10);
      expect(await bank.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({
        revision: 11,
        state: { balanceCents: 10n },
      });
      expect(bank.log).toHaveLength(2);
    }
  });

  test("after an applier was corrected, a new stateVersion has the events applied again; without one it is not seen", async () => {
    const id = freshId();
    const wrong: Script = {
      events: {
        accountCredited(event, state) {
          state.balanceCents -= event.amountCents;
        },
      },
    };
    scripts.set(id, wrong);
    const first = await start({ snapshotEvery: 2 });
    await first.accounts.get(id).openAccount({ ownerEmail: "ann@example.org", openingCents: 5n });
    expect((await first.engine.state(account, id)).state.balanceCents).toBe(-5n);
    await first.engine.stop();
    expect(await revisionsOf(id)).toEqual([2]);

    scripts.delete(id);
    {
      await using bank = await start({ snapshotEvery: 2 });
      expect((await bank.engine.state(account, id)).state.balanceCents).toBe(-5n);
    }
    {
      await using bank = await start({ snapshotEvery: 2, stateVersion: 2 });
      expect((await bank.engine.state(account, id)).state.balanceCents).toBe(5n);
    }
    // Those of both programs are there: each finds its own.
    {
      await using bank = await start({ snapshotEvery: 2, stateVersion: 2 });
      expect(await loadedBy(() => bank.engine.state(account, id))).toBe(1);
      expect((await bank.engine.state(account, id)).state.balanceCents).toBe(5n);
    }
    await using bank = await start({ snapshotEvery: 2 });
    expect(await loadedBy(() => bank.engine.state(account, id))).toBe(1);
    expect((await bank.engine.state(account, id)).state.balanceCents).toBe(-5n);
  });

  test("a repeated command is answered as it was then, from a snapshot before it, also behind a newer one", async () => {
    const first = await start({ snapshotEvery: 4 });
    const id = await credited(first, 1);
    const client = first.accounts.get(id);
    const saved = (revision: number) =>
      new Promise<void>((resolve) => {
        store.when("snapshots.save", { times: Infinity }).does(async ({ args: [batch] }, next) => {
          await next();
          if (batch.some((snapshot) => snapshot.revision === revision)) resolve();
        });
      });
    const fourth = saved(4);
    await creditedInTurn(first, id, 3);
    await fourth;
    await client.creditAccount({ amountCents: 100n }, { commandId: "c-100" });
    await creditedInTurn(first, id, 5);
    await first.engine.stop();
    expect(await revisionsOf(id)).toContain(4);

    await using later = await start({ snapshotEvery: 4 });
    await later.engine.state(account, id);
    const again = () => later.accounts.get(id).creditAccount({ amountCents: 100n }, { commandId: "c-100" });
    expect(await again()).toMatchObject({ repeated: true, revision: 5, state: { balanceCents: 103n } });
    // The window is known now: what is read is the snapshot of revision 4 and one event.
    expect(await loadedBy(again)).toBe(1 + 1);
    const other = later.accounts.get(id).creditAccount({ amountCents: 7n }, { commandId: "c-100" });
    expect((await failureOf(other)).code).toBe("invalid_argument");
    expect((await later.engine.state(account, id)).revision).toBe(10);
  });

  test("one that is ahead of the journal is logged and removed: the journal says what is true", async () => {
    const first = await start({ snapshotEvery: 4 });
    const id = await credited(first, 1);
    await creditedInTurn(first, id, 3);
    await first.engine.stop();
    const [newest = expect.fail()] = await stored(id);
    await overwrite([{ ...newest, revision: 400 }]);

    await using later = await start({ snapshotEvery: 1_000 });

    expect(await later.accounts.get(id).creditAccount({ amountCents: 1n })).toMatchObject({
      revision: 5,
      state: { balanceCents: 4n },
    });
    expect(later.log).toMatchObject([{ facts: { code: "data_loss", revision: 400 } }]);
    expect(await revisionsOf(id)).not.toContain(400);
  });

  test("one that is ahead of the journal is not taken for its own when the journal has come to its revision", async () => {
    const first = await start({ snapshotEvery: 4 });
    const id = await credited(first, 1);
    await creditedInTurn(first, id, 3);
    await first.engine.stop();
    const [newest = expect.fail()] = await stored(id);
    await overwrite([{ ...newest, revision: 5 }]);

    const second = await start({ snapshotEvery: 1_000 });
    await creditedInTurn(second, id, 2);
    const { state, revision } = await second.engine.state(account, id);
    await second.engine.stop();

    await using third = await start({ snapshotEvery: 1_000 });
    expect(await third.engine.state(account, id)).toMatchObject({
      revision,
      state: { balanceCents: state.balanceCents },
    });
  });

  test("an entity with many events behind its last one has one taken when it is read", async () => {
    const first = await start({});
    const id = await credited(first, 25);
    await first.engine.stop();
    expect(await revisionsOf(id)).toEqual([]);

    const second = await start({ snapshotEvery: 10 });
    await second.engine.state(account, id);
    await second.engine.stop();

    expect(await revisionsOf(id)).toEqual([25]);
    const third = await start({ snapshotEvery: 10 });
    expect(await loadedBy(() => third.engine.state(account, id))).toBe(1);
    await third.engine.stop();
    expect(await revisionsOf(id)).toEqual([25]);
  });

  test("what another engine stored and took a snapshot of, the live subscribers are told nevertheless", async () => {
    await using one = await start({ snapshotEvery: 5 });
    const id = await credited(one, 3);
    const stream = one.engine.subscribe({ entities: [account] });
    // One after the other, so that each has taken its snapshot when it has stopped, however slow the store is.
    for (const commands of [5, 4]) {
      const other = await startBank(journaled.store(), {}, new Map(), { snapshotEvery: 5 });
      await creditedInTurn(other, id, commands);
      await other.engine.stop();
    }
    expect((await revisionsOf(id))[0]).toBeGreaterThanOrEqual(10);

    const reply = await one.accounts.get(id).creditAccount({ amountCents: 1n });

    expect(reply).toMatchObject({ revision: 13, state: { balanceCents: 12n } });
    const revisions: number[] = [];
    for await (const { revision } of stream) {
      revisions.push(revision);
      if (revision === 13) break;
    }
    expect(revisions).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  test("commands of two engines with snapshots, and of stores that fail, are each there once", async () => {
    const one = await start({ snapshotEvery: 3 });
    const other = await startBank(journaled.store(), {}, new Map(), { snapshotEvery: 4 });
    const id = await credited(one, 1);
    let batches = 0;
    const failing = store.when("events.append", { times: Infinity }).does(async (_, next) => {
      const results = await next();
      if (++batches % 7 === 0) throw new Error("connection reset");
      return results;
    });
    const sent = Array.from({ length: 60 }, async (_, n) => {
      const bank = n % 2 === 0 ? one : other;
      const send = () => bank.accounts.get(id).creditAccount({ amountCents: BigInt(n) }, { commandId: `c-${n}` });
      // Whoever is told that it is not known sends again; five conflicts in a row are one more reason to.
      for (;;) {
        const reply = await send().catch((failure) => failure);
        if (!(reply instanceof Error)) return reply;
        expect(["unavailable", "conflict"]).toContain((reply as { code?: string }).code);
      }
    });
    await Promise.all(sent);
    failing.takeBack();
    await one.engine.stop();
    await other.engine.stop();

    await using later = await start({ snapshotEvery: 3 });
    const fromSnapshot = await later.engine.state(account, id);
    await using plain = await startBank(journaled.store());
    expect(fromSnapshot).toEqual(await plain.engine.state(account, id));
    expect(fromSnapshot).toMatchObject({ revision: 61, state: { balanceCents: BigInt((59 * 60) / 2) } });
  });
});
