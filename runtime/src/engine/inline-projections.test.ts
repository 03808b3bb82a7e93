import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { ProjectionTuning } from "../codegen/projection-tuning.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import { type CustomProjection, projection } from "../projection/projection.ts";
import type { RecordedEventsOf } from "../stream/stream.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { type Bank, failureOf, freshId, startBank } from "./testdata/bank.ts";
import { journalCases, memoryJournal } from "./testdata/journals.ts";

type Seen = RecordedEventsOf<typeof account>;

/** An inline projection that notes what it is given; what it notes counts when the command is answered. */
function witness(
  handle: (event: Seen) => void = () => {},
  tuning: ProjectionTuning = {},
): { readonly projection: CustomProjection; readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    projection: projection<typeof account>(
      {
        name: "witness",
        entities: [account],
        handle: async (event) => {
          handle(event);
          seen.push(`${event.entityId} ${event.revision} ${event.name}`);
        },
      },
      { inline: true, ...tuning },
    ),
  };
}

async function lagOf(bank: Bank): Promise<number> {
  return (await bank.engine.projection("witness").status()).lag.events;
}

const refuse = (id: string) => (event: Seen) => {
  if (event.entityId === id && event.name === "accountClosed") throw new Error("this one not");
};

describe.each(journalCases.filter(({ name }) => name !== "memory"))("an inline projection on $name", ({ journal }) => {
  test("has the events of a command when that is answered, also those of many at once", async () => {
    using journaled = journal();
    const { projection, seen } = witness();
    await using bank = await startBank(journaled.store(), { projections: [projection] });

    const { id, client } = await bank.opened(5n);
    expect(seen).toEqual([`${id} 1 accountOpened`, `${id} 2 accountCredited`]);
    expect(await lagOf(bank)).toBe(0);
    const { position } = await client.creditAccount({ amountCents: 1n });
    expect(seen.at(-1)).toBe(`${id} 3 accountCredited`);
    await bank.engine.projection("witness").caughtUpTo(bank.engine.positionOf(account, id, position), { timeoutMs: 1 });

    seen.length = 0;
    const ids = Array.from({ length: 50 }, freshId);
    await Promise.all(
      ids.map(async (one) => {
        await bank.accounts.get(one).openAccount({ ownerEmail: "ann@example.org" });
        expect(seen).toContain(`${one} 1 accountOpened`);
      }),
    );
    expect(new Set(seen).size).toBe(50);
    expect(seen).toHaveLength(50);
    expect(await lagOf(bank)).toBe(0);
  });

  test("fails the command whose event it fails on, and no other; nothing of it is stored", async () => {
    using journaled = journal();
    const closed = freshId();
    const { projection, seen } = witness(refuse(closed));
    await using bank = await startBank(journaled.store(), { projections: [projection] });
    const others = Array.from({ length: 20 }, freshId);
    const open = (id: string) => bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org" });
    await Promise.all([closed, ...others].map(open));
    seen.length = 0;

    const close = (id: string) => bank.accounts.get(id).closeAccount();
    const [refused, behind, ...stored] = await Promise.allSettled([
      close(closed),
      bank.accounts.get(closed).creditAccount({ amountCents: 7n }),
      ...others.map(close),
    ]);
    expect((refused as PromiseRejectedResult).reason as EgoError).toMatchObject({
      code: "handler_failed",
      message: expect.stringMatching(
        /^The inline projection "witness" failed on event 3 of account ".+", bank\.v1\.AccountClosed: this one not\. Nothing of the command was stored\.$/,
      ),
    });
    // It was decided on a state that did not come to be, and was decided anew.
    expect(behind?.status).toBe("fulfilled");
    expect(stored.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(await bank.engine.state(account, closed)).toMatchObject({ revision: 2, state: { balanceCents: 7n } });
    // The first of its two events was handled too, in what was rolled back.
    expect(new Set(seen)).toEqual(
      new Set([
        `${closed} 2 accountDebited`,
        `${closed} 2 accountCredited`,
        ...others.flatMap((id) => [`${id} 2 accountDebited`, `${id} 3 accountClosed`]),
      ]),
    );
    expect(bank.log.map(({ message }) => message)).toEqual([expect.stringContaining("this one not")]);
    expect(await lagOf(bank)).toBe(0);
  });

  test("that skips what it fails on lets the command through, and keeps a letter of its event", async () => {
    using journaled = journal();
    const closed = freshId();
    const { projection, seen } = witness(refuse(closed), { onFailure: "retry-and-skip" });
    await using bank = await startBank(journaled.store(), { projections: [projection] });
    const client = bank.accounts.get(closed);
    await client.openAccount({ ownerEmail: "ann@example.org" });
    expect((await client.closeAccount()).revision).toBe(3);
    expect(seen.toSorted().filter((one, at, all) => one !== all[at - 1])).toEqual([
      `${closed} 1 accountOpened`,
      `${closed} 2 accountDebited`,
    ]);
    expect(await bank.engine.projection("witness").deadLetters()).toMatchObject([
      { entityId: closed, revision: 3, failure: "this one not", attempts: 1 },
    ]);
    expect(await lagOf(bank)).toBe(0);
  });

  test("is given what it missed before what is stored, in order", async () => {
    using journaled = journal();
    const { projection, seen } = witness();
    {
      await using bank = await startBank(journaled.store(), { projections: [projection] });
      await bank.engine.projection("witness").pause();
      // Nothing waits for it.
      const { id, client } = await bank.opened(5n);
      await client.creditAccount({ amountCents: 1n });
      expect(seen).toEqual([]);
      expect(await lagOf(bank)).toBe(3);

      // Its runner would be first otherwise.
      const store = faultyStore(journaled.store());
      store.when("projections.advance", { times: Number.POSITIVE_INFINITY }).failsBefore();
      await using other = await startBank(store, { projections: [projection] });
      await other.engine.projection("witness").resume();
      await other.accounts.get(id).creditAccount({ amountCents: 2n });
      expect(seen).toEqual([
        `${id} 1 accountOpened`,
        `${id} 2 accountCredited`,
        `${id} 3 accountCredited`,
        `${id} 4 accountCredited`,
      ]);
      expect(await lagOf(other)).toBe(0);
    }
  });

  test("is not behind an event that it was given in a try that was taken back, and left out of in the one that was not", async () => {
    using journaled = journal();
    const { projection, seen } = witness();
    const inner = journaled.store();
    const store = faultyStore(inner);
    const append: NonNullable<ProjectionStore["append"]> = (...given) => {
      if (!inner.projections?.append) throw new Error("a store with inline projections is needed");
      return inner.projections.append(...given);
    };
    // Its runner would do it.
    store.when("projections.advance", { times: Number.POSITIVE_INFINITY }).failsBefore();
    await using bank = await startBank(store, { projections: [projection] });
    const takenBack = new Error("taken back");
    store.when("projections.append").does(async ({ args: [batch, inline] }) => {
      const tried = inline.map((one) => ({
        ...one,
        async project(...given: Parameters<typeof one.project>) {
          await one.project(...given);
          throw takenBack;
        },
      }));
      await expect(append(batch, tried)).rejects.toBe(takenBack);
      return append(batch, []);
    });
    const id = freshId();
    const { position } = await bank.accounts.get(id).openAccount({ ownerEmail: "ann@example.org" });
    expect(seen).toEqual([`${id} 1 accountOpened`]);
    expect(await lagOf(bank)).toBe(1);
    const caughtUp = bank.engine
      .projection("witness")
      .caughtUpTo(bank.engine.positionOf(account, id, position), { timeoutMs: 1 });
    expect(await failureOf(caughtUp)).toMatchObject({ code: "deadline_exceeded" });
  });

  test("whose handler does not end fails the command, and lets the next ones through", async () => {
    using journaled = journal();
    const stuck = freshId();
    const hangs = projection<typeof account>(
      {
        name: "witness",
        entities: [account],
        handle: ({ entityId }) => (entityId === stuck ? new Promise(() => {}) : Promise.resolve()),
      },
      { inline: true, timeout: "50ms" },
    );
    await using bank = await startBank(journaled.store(), { projections: [hangs] });
    const failed = failureOf(bank.accounts.get(stuck).openAccount({ ownerEmail: "ann@example.org" }));
    const { id } = await bank.opened();
    expect(await failed).toMatchObject({ code: "handler_failed", message: expect.stringContaining("within 50 ms") });
    expect(await bank.engine.entityExists(account, stuck)).toBe(false);
    expect(await bank.engine.entityExists(account, id)).toBe(true);
  });
});

test("an inline projection is refused where there is no transaction that it could be in", async () => {
  const failure = await failureOf(startBank(memoryJournal().store(), { projections: [witness().projection] }));
  expect(failure).toMatchObject({
    code: "unsupported",
    message: expect.stringMatching(/^The projection "witness" is inline, but the store "memory" has no transactions/),
  });
});
