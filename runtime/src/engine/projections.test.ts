import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { ProjectionStatus } from "../projection/projection-ref.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { journalCases, memoryJournal } from "./testdata/journals.ts";
import { manualClock } from "./testdata/manual-clock.ts";
import { Witness } from "./testdata/witness.ts";

/** Where that is stored which was seen. */
function placesOf({ seen }: Witness<typeof account>): readonly string[] {
  return seen.map(({ shard, position }) => `${shard}:${position}`);
}

/** Accounts with three commands each, five events. */
async function write(bank: Bank, accounts: number): Promise<readonly string[]> {
  const ids = Array.from({ length: accounts }, freshId);
  await Promise.all(
    ids.flatMap((id) => {
      const client = bank.accounts.get(id);
      return [
        client.openAccount({ openingCents: 5n }),
        client.creditAccount({ amountCents: 1n }),
        client.closeAccount(),
      ];
    }),
  );
  return ids;
}

/** The positions behind all that was stored. */
async function end(bank: Bank): Promise<string> {
  await using stream = bank.engine.subscribe({ from: "now" });
  return await stream.positions();
}

async function caughtUp(bank: Bank, name = "witness"): Promise<void> {
  await bank.engine.projection(name).caughtUpTo(await end(bank), { timeoutMs: 10_000 });
}

async function statusIs(bank: Bank, wanted: ProjectionStatus["status"], name = "witness"): Promise<ProjectionStatus> {
  for (;;) {
    const status = await bank.engine.projection(name).status();
    if (status.status === wanted) return status;
    await new Promise(setImmediate);
  }
}

describe.each(journalCases)("a projection on $name", ({ journal }) => {
  test("is given what is there and what comes, each event once, in order for each entity", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    const ids = [...(await write(bank, 5)), ...(await write(bank, 5))];
    await caughtUp(bank);

    expect(new Set(placesOf(witness)).size).toBe(50);
    expect(witness.seen).toHaveLength(50);
    for (const id of ids) {
      expect(witness.seen.filter(({ entityId }) => entityId === id).map(({ revision }) => revision)).toEqual([
        1, 2, 3, 4, 5,
      ]);
    }
  });

  test("goes on where it was in another engine", async () => {
    using journaled = journal();
    const first = new Witness([account]);
    {
      await using bank = await startBank(journaled.store(), { projections: [first.projection()] });
      await write(bank, 3);
      await caughtUp(bank);
    }
    const second = new Witness([account]);
    await using bank = await startBank(journaled.store(), { projections: [second.projection()] });
    await write(bank, 3);
    await caughtUp(bank);

    expect(first.seen).toHaveLength(15);
    expect(second.seen).toHaveLength(15);
    expect(new Set([...placesOf(first), ...placesOf(second)]).size).toBe(30);
  });

  test("that is new is given what was stored before it; its lag is what it has not done, and no older", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store());
    const before = Date.now();
    await write(bank, 4);
    const witness = new Witness([account]);
    const gate = Promise.withResolvers<void>();
    witness.before = () => gate.promise;
    // SQLite answers when the handler has given its transaction back.
    await bank.engine.addProjection(witness.projection({ timeout: "500ms" }));

    const { lag, status } = await bank.engine.projection("witness").status();
    expect(status).toBe("running");
    expect(lag.events).toBe(20);
    expect(lag.oldest?.getTime()).toBeGreaterThanOrEqual(before);
    expect(lag.oldest?.getTime()).toBeLessThanOrEqual(Date.now());
    gate.resolve();
    await caughtUp(bank);
    expect((await bank.engine.projection("witness").status()).lag).toEqual({ events: 0, oldest: undefined });
  });

  test("from now on is given nothing of before", async () => {
    using journaled = journal();
    await using bank = await startBank(journaled.store());
    await write(bank, 2);
    const witness = new Witness([account]);
    await bank.engine.addProjection(witness.projection({ from: "now" }));
    const ids = await write(bank, 2);
    await caughtUp(bank);
    expect(new Set(witness.seen.map(({ entityId }) => entityId))).toEqual(new Set(ids));
    expect(witness.seen).toHaveLength(10);
  });

  test("that fails stops where it failed, and says so; what came before is done; resumed, it goes on there", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    await using bank = await startBank(journaled.store(), {
      projections: [witness.projection({ parts: 1 })],
    });
    await write(bank, 2);
    await caughtUp(bank);
    const { id, client } = await bank.opened(1n);
    await caughtUp(bank);
    witness.before = (event) => {
      if (event.name === "accountClosed" && event.entityId === id) throw new Error("no such thing");
    };
    await client.creditAccount({ amountCents: 1n });
    await client.closeAccount();

    const failed = await statusIs(bank, "failed");
    expect(bank.engine.health()).toMatchObject({
      status: "up",
      projections: [{ name: "witness", status: "failed", failure: expect.stringContaining("no such thing") }],
    });
    expect(failed.failure).toMatch(
      new RegExp(
        `^The projection "witness" failed on event 5 of account "${id}", bank.v1.AccountClosed, at position \\d+ of shard \\d+: no such thing$`,
      ),
    );
    expect(failed.lag.events).toBe(1);
    expect(bank.log.map(({ message }) => message)).toContain(failed.failure);
    expect(await failureOf(caughtUp(bank))).toMatchObject({ code: "unavailable" });

    witness.before = () => {};
    await bank.engine.projection("witness").resume();
    await caughtUp(bank);
    expect(witness.seen.filter(({ entityId }) => entityId === id).at(-1)?.name).toBe("accountClosed");
    expect((await bank.engine.projection("witness").status()).status).toBe("running");
    const health = { name: "witness", version: 1, failure: undefined };
    expect(bank.engine.health().projections).toEqual([{ ...health, status: "running" }]);
    await bank.engine.projection("witness").pause();
    expect(bank.engine.health()).toMatchObject({ status: "up", projections: [{ ...health, status: "paused" }] });
  });

  test("that failed is not begun again by an engine that is started; the event can be skipped", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    witness.before = ({ name }) => {
      if (name === "accountClosed") throw new Error("no such thing");
    };
    {
      await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
      await write(bank, 1);
      await statusIs(bank, "failed");
    }
    const seen = witness.seen.length;
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    const { status, failure = "" } = await bank.engine.projection("witness").status();
    expect(status).toBe("failed");
    expect(witness.seen).toHaveLength(seen);

    const [, position, shard] = /at position (\d+) of shard (\d+)/.exec(failure)?.map(Number) ?? [];
    const ref = bank.engine.projection("witness");
    expect(await failureOf(ref.skip({ shard: shard ?? 0, position: (position ?? 0) + 1 }))).toMatchObject({
      code: "conflict",
    });
    await ref.skip({ shard: shard ?? 0, position: position ?? 0 });
    await caughtUp(bank);
    expect(await ref.deadLetters()).toMatchObject([{ shard, position, eventType: "bank.v1.AccountClosed", failure }]);
  });

  test("that skips keeps a dead letter, goes on, and is given it again when asked to", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    witness.before = ({ name }) => {
      if (name === "accountDebited") throw new Error("not yet");
    };
    await using bank = await startBank(journaled.store(), {
      projections: [witness.projection({ onFailure: "skip" })],
    });
    await write(bank, 3);
    await caughtUp(bank);
    const ref = bank.engine.projection("witness");
    expect(new Set(placesOf(witness)).size).toBe(12);
    expect(await ref.status()).toMatchObject({ status: "running", deadLetters: 3, lag: { events: 0 } });
    const letters = await ref.deadLetters();
    expect(letters.map(({ failure, attempts, eventType }) => [failure, attempts, eventType])).toEqual(
      Array.from({ length: 3 }, () => ["not yet", 1, "bank.v1.AccountDebited"]),
    );

    expect(await ref.retryDeadLetters()).toEqual({ succeeded: 0, failed: 3 });
    expect((await ref.deadLetters()).map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
    witness.before = () => {};
    expect(await ref.retryDeadLetters(letters[1])).toEqual({ succeeded: 1, failed: 0 });
    expect(await ref.retryDeadLetters()).toEqual({ succeeded: 2, failed: 0 });
    expect(await ref.deadLetters()).toEqual([]);
    expect(new Set(placesOf(witness)).size).toBe(15);
  });

  test("that is paused rests, also in an engine that is started; resumed, it goes on", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    {
      await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
      await bank.engine.projection("witness").pause();
      await write(bank, 2);
      expect(await bank.engine.projection("witness").status()).toMatchObject({ status: "paused", lag: { events: 10 } });
    }
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    expect(witness.seen).toEqual([]);
    await bank.engine.projection("witness").resume();
    await caughtUp(bank);
    expect(witness.seen).toHaveLength(10);
  });

  test("is not paused, removed or stopped before the handler that is under way has ended", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    const added = witness.projection({ parts: 1 });
    await using bank = await startBank(journaled.store(), { projections: [added] });
    const ends = [
      () => bank.engine.projection("witness").pause(),
      () => bank.engine.removeProjection("witness", { drop: true }),
      () => bank.engine.stop(),
    ];
    for (const [index, end] of ends.entries()) {
      if (index === 1) await bank.engine.projection("witness").resume();
      // Nothing of it was left: it begins again.
      if (index === 2) await bank.engine.addProjection(added);
      await caughtUp(bank);
      expect(witness.seen).toHaveLength([0, 2, 7][index] ?? -1);
      const entered = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      witness.before = async () => {
        entered.resolve();
        await gate.promise;
      };
      await bank.opened();
      await entered.promise;
      let ended = false;
      const ending = end().then(() => {
        ended = true;
      });
      await new Promise(setImmediate);
      expect(ended).toBe(false);
      gate.resolve();
      await ending;
      const seen = witness.seen.length;
      witness.before = () => {};
      if (index < 2) await bank.opened();
      expect(witness.seen).toHaveLength(seen);
    }
  });

  test("rebuilt in place begins again: from the start, from positions, from a time", async () => {
    using journaled = journal();
    const witness = new Witness([account]);
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    await write(bank, 2);
    const middle = await end(bank);
    await caughtUp(bank);
    const time = new Date(Math.max(...witness.seen.map(({ recordedAt }) => recordedAt.getTime())) + 1);
    // The clock of the machine is to be behind that.
    while (Date.now() <= time.getTime()) await new Promise(setImmediate);
    const later = await write(bank, 2);
    await caughtUp(bank);
    const ref = bank.engine.projection("witness");

    for (const [from, count] of [
      ["start", 20],
      [middle, 10],
      [time, 10],
      ["now", 0],
    ] as const) {
      witness.seen.length = 0;
      await ref.rebuild({ from });
      await caughtUp(bank);
      expect(witness.seen).toHaveLength(count);
      if (count === 10) expect(new Set(witness.seen.map(({ entityId }) => entityId))).toEqual(new Set(later));
    }
  });

  test("is run by the engine that has it, beside one that has another", async () => {
    using journaled = journal();
    const [first, second] = [new Witness([account], "first"), new Witness([account], "second")];
    const parts = { parts: 4 };
    await using one = await startBank(journaled.store(), { projections: [first.projection(parts)] });
    await using other = await startBank(journaled.store(), { projections: [second.projection(parts)] });
    // Each sees the other one now.
    await one.engine.projection("first").resume();
    await other.engine.projection("second").resume();
    expect((await one.engine.projection("first").status()).parts).toEqual({ all: 4, here: 4 });
    expect((await other.engine.projection("second").status()).parts).toEqual({ all: 4, here: 4 });
    await write(one, 4);
    await caughtUp(one, "first");
    await caughtUp(other, "second");
    expect(first.seen).toHaveLength(20);
    expect(second.seen).toHaveLength(20);
  });

  test("of two engines is run by one at a time for each part: each event is done once", async () => {
    using journaled = journal();
    const witnesses = [new Witness([account]), new Witness([account])];
    const [first, second] = await Promise.all(
      witnesses.map((witness) => startBank(journaled.store(), { projections: [witness.projection({ parts: 4 })] })),
    );
    if (!first || !second) throw new Error("two engines were started");
    await Promise.all([write(first, 10), write(second, 10)]);
    await caughtUp(first);
    await caughtUp(second);
    await first.engine.stop();
    // It would find by itself that the other one is gone, within seconds.
    await second.engine.projection("witness").resume();
    await write(second, 2);
    await caughtUp(second);
    await second.engine.stop();

    const places = witnesses.flatMap((witness) => placesOf(witness));
    expect(new Set(places).size).toBe(110);
    expect(places).toHaveLength(110);
  });
});

test("what fails just before the engine stops is known to the next one", async () => {
  using journaled = memoryJournal();
  const witness = new Witness([account]);
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  witness.before = async () => {
    entered.resolve();
    await gate.promise;
    throw new Error("no such thing");
  };
  {
    await using bank = await startBank(journaled.store(), { projections: [witness.projection()] });
    await bank.opened();
    await entered.promise;
    const stopped = bank.engine.stop();
    gate.resolve();
    await stopped;
  }
  await using bank = await startBank(journaled.store());
  await bank.engine.addProjection(witness.projection());
  const { status, failure } = await bank.engine.projection("witness").status();
  expect(status).toBe("failed");
  expect(failure).toContain("no such thing");
});

test("an event is tried again so often, so long after, and then the policy decides", async () => {
  const clock = manualClock();
  const witness = new Witness([account]);
  let tries = 0;
  witness.before = ({ name }) => {
    if (name !== "accountClosed") return;
    tries++;
    throw new Error("no such thing");
  };
  using journaled = memoryJournal();
  const tuning = { onFailure: "retry-and-skip", retries: 3, retryAfter: "2s", parts: 1 } as const;
  await using bank = await startBank(journaled.store(), {
    clock,
    projections: [witness.projection(tuning)],
  });
  const { client } = await bank.opened();
  await client.closeAccount();
  for (let n = 0; n < 3; n++) {
    await clock.armed((ms) => ms === 2_000);
    expect((await bank.engine.projection("witness").status()).status).toBe("retrying");
    clock.advance(2_000);
  }
  await caughtUp(bank);
  // With the others first, and four times alone.
  expect(tries).toBeGreaterThanOrEqual(4);
  expect(await bank.engine.projection("witness").deadLetters()).toMatchObject([{ attempts: 4 }]);
});

test("a handler that does not end is given up after its time, and what it fails with says so", async () => {
  const clock = manualClock();
  const witness = new Witness([account]);
  witness.before = () => new Promise(() => {});
  using journaled = memoryJournal();
  await using bank = await startBank(journaled.store(), {
    clock,
    projections: [witness.projection({ timeout: "4s" })],
  });
  await bank.opened();
  await clock.armed((ms) => ms === 4_000);
  clock.advance(4_000);
  const { failure } = await statusIs(bank, "failed");
  expect(failure).toContain("it was not done within 4000 ms");
});
