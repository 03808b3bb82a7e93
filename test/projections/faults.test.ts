// What becomes of a projection when its store, its handler, its events or its node fail. Defects of eGo for Go are named
// where they are tested; two more of them, same timestamps cut by a page and a late commit behind the offset, are in
// log.test.ts.
import {
  type CustomProjection,
  type ProjectionTuning,
  projection,
  type RecordedEventsOf,
  type Store,
} from "@ego/runtime";
import { type FaultyStore, faultyStore } from "@ego/runtime/testing";
import { sql, type Transaction } from "kysely";
import { describe, expect, test } from "vitest";
import { balancesProjection } from "../../examples/bank/src/balances.ts";
import { account, balances } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { type Bank, failureOf, freshId, startBank } from "../../runtime/src/engine/testdata/bank.ts";
import { type Journal, memoryJournal, sqliteJournal } from "../../runtime/src/engine/testdata/journals.ts";
import { manualClock } from "../../runtime/src/engine/testdata/manual-clock.ts";

type Event = RecordedEventsOf<typeof account>;

const cases: readonly { readonly name: string; readonly journal: () => Journal }[] = [
  { name: "memory", journal: memoryJournal },
  { name: "SQLite", journal: sqliteJournal },
];

/** A projection that keeps what it was given; a test may have it fail, or wait. */
class Witness {
  seen: Event[] = [];
  before: (event: Event) => Promise<void> | void = () => {};

  projection(tuning: ProjectionTuning = {}, inBatches = false): CustomProjection {
    const handle = async (event: Event) => {
      await this.before(event);
      this.seen.push(event);
    };
    const parts = { name: "witness", entities: [account] };
    const withParts = { parts: 1, ...tuning };
    if (!inBatches) return projection<typeof account>({ ...parts, handle }, withParts);
    return projection<typeof account>(
      {
        ...parts,
        handleBatch: async (events) => {
          for (const event of events) await this.before(event);
          this.seen.push(...events);
        },
      },
      withParts,
    );
  }

  get places(): readonly string[] {
    return this.seen.map(({ entityId, revision }) => `${entityId} ${revision}`);
  }

  /** Without what was seen again, behind a transaction that was rolled back. */
  get first(): readonly string[] {
    return [...new Set(this.places)];
  }
}

async function caughtUp(bank: Bank, name = "witness"): Promise<void> {
  await using stream = bank.engine.subscribe({ from: "now" });
  await bank.engine.projection(name).caughtUpTo(await stream.positions(), { timeoutMs: 10_000 });
}

async function statusIs(bank: Bank, wanted: string, name = "witness") {
  for (;;) {
    const status = await bank.engine.projection(name).status();
    if (status.status === wanted) return status;
    await new Promise(setImmediate);
  }
}

/** An account with so many credits: as many events, and one. */
async function credited(bank: Bank, credits: number, id = freshId()): Promise<string> {
  await bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org" });
  for (let n = 0; n < credits; n++) await bank.accounts.get(id).creditAccount({ amountCents: 1n });
  return id;
}

const revisions = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A store whose events are damaged on their way to projections, as if they had been stored so. */
function damaged(
  journal: Journal,
  change: (event: { readonly type: string; readonly payload: Uint8Array | null }) => object,
): FaultyStore {
  const store = faultyStore(journal.store());
  const damage = <E extends { readonly type: string; readonly payload: Uint8Array | null }>(events: readonly E[]) =>
    events.map((event) => (event.type === "bank.v1.AccountClosed" ? { ...event, ...change(event) } : event));
  store.when("events.readShards", { times: Number.POSITIVE_INFINITY }).does(async (_, next) => damage(await next()));
  store.when("events.read", { times: Number.POSITIVE_INFINITY }).does(async (_, next) => damage(await next()));
  return store;
}

describe.each(cases)("a store that fails, on $name", ({ journal }) => {
  const started = async (store: Store, clock = manualClock()) => {
    const witness = new Witness();
    const bank = await startBank(store, { clock, projections: [witness.projection()] });
    return { witness, bank, clock };
  };

  test("before it did anything: the projection waits, says so, and goes on", async () => {
    using journaled = journal();
    const store = faultyStore(journaled.store());
    const { witness, bank, clock } = await started(store);
    await using _ = bank;
    const fault = store.when("projections.advance", { times: 3 }).failsBefore();
    const id = await credited(bank, 2);
    await clock.armed((ms) => ms === 1_000);
    expect((await statusIs(bank, "waiting")).failure).toContain("The connection was lost");
    store.when("projections.offsets").failsBefore();
    // The offsets are asked for after each failure; the first time they do not come either.
    for (const pause of [1_000, 2_000, 1_000, 1_000]) {
      await clock.armed((ms) => ms === pause);
      clock.advance(pause);
    }
    await caughtUp(bank);
    expect(fault.struck).toBe(3);
    expect(new Set(witness.places)).toEqual(new Set(revisions(3).map((revision) => `${id} ${revision}`)));
    expect(await bank.engine.projection("witness").status()).toMatchObject({ status: "running", failure: undefined });
    // Once, and not with each try.
    expect(bank.log.filter(({ message }) => message.includes("The connection was lost")).length).toBeLessThanOrEqual(3);
  });

  test("behind the commit, so that nobody knows whether it was: nothing comes twice", async () => {
    using journaled = journal();
    const store = faultyStore(journaled.store());
    const { witness, bank, clock } = await started(store);
    await using _ = bank;
    const fault = store.when("projections.advance").failsAfter();
    const id = await credited(bank, 0);
    await clock.armed((ms) => ms === 1_000);
    expect(fault.struck).toBe(1);
    await bank.accounts.get(id).creditAccount({ amountCents: 1n });
    clock.advance(1_000);
    await caughtUp(bank);
    expect(witness.places).toEqual([`${id} 1`, `${id} 2`]);
  });

  test("by not answering what the offsets are: it goes on when they come", async () => {
    using journaled = journal();
    const store = faultyStore(journaled.store());
    const witness = new Witness();
    const held = store.when("projections.offsets").hangsBefore();
    await using bank = await startBank(store, { projections: [witness.projection()] });
    const id = await credited(bank, 1);
    await held.reached;
    expect(witness.seen).toEqual([]);
    held.release();
    await caughtUp(bank);
    expect(witness.places).toEqual([`${id} 1`, `${id} 2`]);
  });

  test("when its node says that it is there: what runs goes on, and it says so again later", async () => {
    using journaled = journal();
    const store = faultyStore(journaled.store());
    const { witness, bank, clock } = await started(store);
    await using _ = bank;
    const fault = store.when("projections.heartbeat", { times: 2 }).failsBefore();
    await clock.armed((ms) => ms === 3_000);
    clock.advance(3_000);
    await clock.armed((ms) => ms === 1_000);
    const id = await credited(bank, 1);
    await caughtUp(bank);
    expect(witness.places).toEqual([`${id} 1`, `${id} 2`]);
    clock.advance(1_000);
    await clock.armed((ms) => ms === 2_000);
    clock.advance(2_000);
    await clock.armed((ms) => ms === 3_000);
    expect(fault.struck).toBe(2);
  });
});

describe.each(cases)("an event that cannot be projected, on $name", ({ journal }) => {
  const poisons: readonly {
    readonly what: string;
    readonly failure: RegExp;
    readonly open: (journal: Journal, witness: Witness) => Store;
  }[] = [
    {
      what: "since its handler fails",
      failure: /no such thing/,
      open(journaled, witness) {
        witness.before = ({ name }) => {
          if (name === "accountClosed") throw new Error("no such thing");
        };
        return journaled.store();
      },
    },
    {
      what: "since its type is not known",
      failure: /is of type bank\.v1\.AccountBurnt, which this program does not know/,
      open: (journaled) => damaged(journaled, () => ({ type: "bank.v1.AccountBurnt" })),
    },
    {
      what: "since its bytes do not decode",
      failure: /cannot be decoded as bank\.v1\.AccountClosed/,
      open: (journaled) => damaged(journaled, () => ({ payload: Uint8Array.of(0xff, 0xff, 0xff) })),
    },
  ];

  describe.each([
    { how: "one by one", inBatches: false },
    { how: "in batches", inBatches: true },
  ])("$how", ({ inBatches }) => {
    // eGo for Go stops for ever where an event cannot be decrypted or decoded, whatever its policy says.
    test.each(poisons)("in the middle of others, $what, is treated as the policy says", async ({ open, failure }) => {
      for (const onFailure of ["fail", "retry-and-fail", "skip", "retry-and-skip"] as const) {
        using journaled = journal();
        const before = await startBank(journaled.store());
        const first = await credited(before, 3);
        await before.accounts.get(first).closeAccount();
        const second = await credited(before, 2);
        await before.engine.stop();

        const witness = new Witness();
        const clock = manualClock();
        const tuning: ProjectionTuning = onFailure.startsWith("retry")
          ? { onFailure, retries: 2, retryAfter: "4s" }
          : { onFailure };
        await using bank = await startBank(open(journaled, witness), {
          clock,
          projections: [witness.projection(tuning, inBatches)],
        });
        if (onFailure.startsWith("retry")) {
          for (let n = 0; n < 2; n++) {
            await clock.armed((ms) => ms === 4_000);
            expect((await bank.engine.projection("witness").status()).status).toBe("retrying");
            clock.advance(4_000);
          }
        }
        const closing = `${first} 6`;
        const others = [...revisions(5).map((n) => `${first} ${n}`), ...revisions(3).map((n) => `${second} ${n}`)];
        const ref = bank.engine.projection("witness");
        if (onFailure.endsWith("skip")) {
          await caughtUp(bank);
          expect(witness.first.toSorted()).toEqual(others.toSorted());
          const attempts = onFailure === "skip" ? 1 : 3;
          const letters = await ref.deadLetters();
          expect(letters).toMatchObject([
            { entityId: first, revision: 6, attempts, failure: expect.stringMatching(failure) },
          ]);
          expect(await ref.retryDeadLetters()).toEqual({ succeeded: 0, failed: 1 });
        } else {
          const status = await statusIs(bank, "failed");
          expect(status.failure).toMatch(failure);
          expect(status.failure).toContain(`failed on event 6 of account "${first}"`);
          expect(await ref.deadLetters()).toEqual([]);
          // What comes before it of its entity is done.
          expect(witness.first.filter((place) => place.startsWith(`${first} `))).toEqual(others.slice(0, 5));
        }
        expect(witness.places).not.toContain(closing);
      }
    });
  });
});

describe.each(cases)("a projection, on $name", ({ journal }) => {
  // eGo for Go removes them.
  test("that is stalled keeps the payloads of what it has not seen from retention; when it has caught up they go", async () => {
    using journaled = journal();
    const witness = new Witness();
    const clock = manualClock();
    const tuning = { snapshotEvery: 5, retention: { keepEvents: 0, keepSnapshots: 1 } };
    const store = faultyStore(journaled.store());
    await using bank = await startBank(store, { clock, projections: [witness.projection()] }, new Map(), tuning);
    await bank.engine.projection("witness").pause();
    const id = await credited(bank, 9);
    const payloads = async () => (await store.events.load("account", id)).map(({ payload }) => payload !== null);
    await store.events.load("account", id);
    expect(await payloads()).toEqual(revisions(10).map(() => true));

    await bank.engine.projection("witness").resume();
    await caughtUp(bank);
    expect(witness.seen.map(({ revision }) => revision)).toEqual(revisions(10));
    // What it goes by is a second old at most.
    clock.advance(1_000);
    const removed = Promise.withResolvers<void>();
    store.when("events.removePayloads").does(async (_, next) => {
      await next();
      removed.resolve();
    });
    for (let n = 0; n < 5; n++) await bank.accounts.get(id).creditAccount({ amountCents: 1n });
    await removed.promise;
    expect((await payloads()).slice(0, 10)).toEqual(revisions(10).map(() => false));
  });

  test("whose node was taken for dead, and wakes up, commits nothing twice", async () => {
    using journaled = journal();
    const clock = manualClock();
    const frozen = faultyStore(journaled.store());
    const witness = new Witness();
    await using first = await startBank(frozen, { clock, projections: [witness.projection()] });
    const held = frozen.when("projections.advance").hangsBefore();
    // It says no more that it is there, and does not know what time it is.
    const silent = frozen.when("projections.heartbeat", { times: Number.POSITIVE_INFINITY }).hangsBefore();
    const id = await credited(first, 1);
    await held.reached;
    clock.advance(11_000);
    const other = new Witness();
    await using second = await startBank(journaled.store(), { clock, projections: [other.projection()] });
    await caughtUp(second);
    expect(other.places).toEqual([`${id} 1`, `${id} 2`]);

    held.release();
    silent.release();
    await second.accounts.get(id).creditAccount({ amountCents: 1n });
    await caughtUp(second);
    await first.engine.stop();
    const all = [...witness.places, ...other.places];
    expect(all.toSorted()).toEqual(revisions(3).map((revision) => `${id} ${revision}`));
  });

  // eGo for Go runs it on, beside the one that begins again.
  test("that is rebuilt while a handler is in flight is not written into by it", async () => {
    using journaled = journal();
    const witness = new Witness();
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    witness.before = async () => {
      entered.resolve();
      await gate.promise;
    };
    const id = await credited(bank, 0);
    await entered.promise;
    const rebuilt = bank.engine.projection("witness").rebuild();
    gate.resolve();
    await rebuilt;
    await bank.accounts.get(id).creditAccount({ amountCents: 1n });
    await caughtUp(bank);
    expect(await bank.engine.projection("witness").status()).toMatchObject({ status: "running", lag: { events: 0 } });
    // What was in flight was done before; then all of them, in order.
    expect(witness.places).toEqual([`${id} 1`, `${id} 1`, `${id} 2`]);
  });

  // eGo for Go says that it is as far behind as 1970 is.
  test("that is new is behind by the time of the oldest event that it has not done, and not by 56 years", async () => {
    using journaled = journal();
    const clock = manualClock();
    await using bank = await startBank(journaled.store(), { clock });
    await credited(bank, 1);
    const stored = clock.now();
    clock.advance(60_000);
    const witness = new Witness();
    witness.before = () => {
      throw new Error("not yet");
    };
    await bank.engine.addProjection(witness.projection());
    expect((await statusIs(bank, "failed")).lag).toEqual({ events: 2, oldest: new Date(stored) });
    witness.before = () => {};
    await bank.engine.projection("witness").resume();
    await caughtUp(bank);
    expect((await bank.engine.projection("witness").status()).lag).toEqual({ events: 0, oldest: undefined });
  });

  test("that is removed while its handler is at work is gone when that has ended, with what it wrote", async () => {
    using journaled = journal();
    const witness = new Witness();
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    witness.before = async () => {
      entered.resolve();
      await gate.promise;
    };
    const id = await credited(bank, 0);
    await entered.promise;
    let gone = false;
    const removing = bank.engine.removeProjection("witness", { drop: true }).then(() => {
      gone = true;
    });
    await new Promise(setImmediate);
    expect(gone).toBe(false);
    gate.resolve();
    await removing;
    await bank.accounts.get(id).creditAccount({ amountCents: 1n });
    expect(witness.places).toEqual([`${id} 1`]);

    witness.seen = [];
    await bank.engine.addProjection(witness.projection({ from: "now" }));
    await bank.accounts.get(id).creditAccount({ amountCents: 1n });
    await caughtUp(bank);
    expect(witness.places).toEqual([`${id} 3`]);
  });
});

test("a handler that sends statements after its end writes nothing by them", async () => {
  using journaled = sqliteJournal();
  const late: Promise<unknown>[] = [];
  const ended = Promise.withResolvers<void>();
  const hasty = projection<typeof account, Transaction<{ readonly notes: { readonly text: string } }>>({
    name: "hasty",
    entities: [account],
    handle: async (_, { tx }) => {
      await sql`create table if not exists notes (text text)`.execute(tx);
      await sql`insert into notes values ('in time')`.execute(tx);
      late.push(ended.promise.then(() => failureOf(sql`insert into notes values ('late')`.execute(tx))));
    },
  });
  const looking = projection<typeof account, Transaction<{ readonly notes: { readonly text: string } }>>({
    name: "looking",
    entities: [account],
    handle: async (_, { tx }) => {
      notes = (await tx.selectFrom("notes").select("text").execute()).map(({ text }) => text);
    },
  });
  let notes: readonly string[] = [];
  await using bank = await startBank(journaled.store(), { projections: [hasty] });
  await credited(bank, 0);
  await caughtUp(bank, "hasty");
  ended.resolve();
  await Promise.all(late);
  await bank.engine.addProjection(looking);
  await caughtUp(bank, "looking");
  expect(late).toHaveLength(1);
  expect(notes).toEqual(["in time"]);
});

test("a version that was taken back is promoted again", async () => {
  using journaled = sqliteJournal();
  await using bank = await startBank(journaled.store(), { projections: [balances.implement(balancesProjection)] });
  await credited(bank, 1);
  await caughtUp(bank, "balances");
  const ref = bank.engine.projection(balances);
  const roles = async () => (await ref.versions()).map(({ version, role }) => `${version} ${role}`);
  expect(await failureOf(ref.promote())).toMatchObject({ code: "not_found" });
  expect(await ref.build()).toBe(2);
  await ref.promote();
  expect(await roles()).toEqual(["1 previous", "2 live"]);
  expect(await failureOf(ref.promote())).toMatchObject({ code: "not_found" });
  await ref.rollback();
  expect(await roles()).toEqual(["1 live", "2 previous"]);
  await ref.promote();
  expect(await roles()).toEqual(["1 previous", "2 live"]);
  await ref.discard();
  expect(await roles()).toEqual(["2 live"]);
});
