import { expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { Engine } from "../engine/engine.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import type { StoreHost } from "../journal/store-host.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { projection } from "./projection.ts";

test("what comes while a transaction is under way is all in the next one", async () => {
  const store = memoryStore();
  const projections = store.projections as ProjectionStore;
  const sizes: number[] = [];
  const counted: ProjectionStore = {
    ...projections,
    advance(of, moves, work) {
      sizes.push(moves.reduce((sum, { from, to }) => sum + to - from, 0));
      return projections.advance(of, moves, work);
    },
  };
  const [came, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const engine = await Engine.start({
    store: { ...store, projections: counted },
    entities: [account.implement(accountBehavior)],
    projections: [
      projection<typeof account>({
        name: "held",
        entities: [account],
        async handle() {
          came.resolve();
          await free.promise;
        },
      }),
    ],
  });
  const one = engine.entity(account).get("a");
  await one.openAccount({});
  await came.promise;
  for (let n = 0; n < 10; n++) await one.creditAccount({ amountCents: 1n });
  await using stream = engine.subscribe({ from: "now" });
  const end = await stream.positions();
  free.resolve();
  await engine.projection("held").caughtUpTo(end);
  await engine.stop();
  expect(sizes).toEqual([1, 10]);
});

test("what was read before the store was another server is not projected in a transaction with that", async () => {
  const store = memoryStore();
  const projections = store.projections as ProjectionStore;
  let host: StoreHost | undefined;
  const outcomes: Promise<unknown>[] = [];
  const seen: number[] = [];
  const switched: ProjectionStore = {
    ...projections,
    advance(of, moves, work) {
      // As a connection does that is made for this transaction.
      if (outcomes.length === 0) host?.failedOver("The server is another one");
      const outcome = projections.advance(of, moves, work);
      outcomes.push(outcome.then(() => seen.length));
      return outcome;
    },
  };
  const engine = await Engine.start({
    store: {
      ...store,
      projections: switched,
      async open(entities, given) {
        host = given;
        await store.open?.(entities, given);
      },
    },
    entities: [account.implement(accountBehavior)],
    projections: [
      projection<typeof account>({
        name: "switched",
        entities: [account],
        handle: async ({ revision }) => {
          seen.push(revision);
        },
      }),
    ],
    logger: { error() {}, warn() {} },
  });
  const one = engine.entity(account).get("a");
  await one.openAccount({});
  await using stream = engine.subscribe({ from: "now" });
  await engine.projection("switched").caughtUpTo(await stream.positions());
  await engine.stop();
  await expect(outcomes[0]).rejects.toThrow("The journal may be another one");
  expect(seen).toEqual([1]);
});
