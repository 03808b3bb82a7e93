import { Engine, type Store } from "@ego/runtime";
import { faultyStore } from "@ego/runtime/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { journalCases } from "../../runtime/src/engine/testdata/journals.ts";
import { accountV1 } from "./account-v1.ts";
import { accountV2 } from "./account-v2.ts";
import { accountV3 } from "./account-v3.ts";
import { account as v1 } from "./v1/gen/savings/v1/account_v1_ego.ts";
import { account as v2 } from "./v2/gen/savings/v1/account_v2_ego.ts";
import { account as v3 } from "./v3/gen/savings/v1/account_v3_ego.ts";

const tuning = { snapshotEvery: 3 };
const asV1 = (store: Store) => Engine.start({ store, entities: [v1.implement(accountV1, tuning)] });
const asV2 = (store: Store) => Engine.start({ store, entities: [v2.implement(accountV2, tuning)] });
const asV3 = (store: Store) => Engine.start({ store, entities: [v3.implement(accountV3, tuning)] });

describe.each(journalCases)("a journal with snapshots that v1 made, on $name", ({ journal }) => {
  test("is read by later versions from its events, and by each from its own snapshots", async () => {
    const journaled = journal();
    onTestFinished(() => journaled[Symbol.dispose]());
    const first = await asV1(journaled.store());
    const ann = first.entity(v1).get("ann");
    await ann.openAccount({ owner: "Ann" });
    await ann.putIn({ cents: 5n });
    await ann.putIn({ cents: 7n });
    await first.stop();

    /** How many events a version reads to know the state, and what it is. */
    async function read(start: (store: Store) => Promise<Engine>, state: (engine: Engine) => Promise<unknown>) {
      const store = faultyStore(journaled.store());
      let events = 0;
      store.when("events.load", { times: Infinity }).does(async (_, next) => {
        const page = await next();
        events += page.length;
        return page;
      });
      await using engine = await start(store);
      return { state: await state(engine), events };
    }
    const readV1 = () => read(asV1, (engine) => engine.state(v1, "ann"));
    const readV2 = () => read(asV2, (engine) => engine.state(v2, "ann"));
    const readV3 = () => read(asV3, (engine) => engine.state(v3, "ann"));

    expect(await readV1()).toMatchObject({ events: 1, state: { revision: 3, state: { cents: 12n } } });
    const asRead2 = { revision: 3, state: { holder: "Ann", amount: 12n, currency: "EUR" } };
    expect(await readV2()).toMatchObject({ events: 3, state: asRead2 });
    expect(await readV2()).toMatchObject({ events: 1, state: asRead2 });
    const asRead3 = { revision: 3, state: { holder: "Ann", amounts: { EUR: 12n } } };
    expect(await readV3()).toMatchObject({ events: 3, state: asRead3 });
    expect(await readV3()).toMatchObject({ events: 1, state: asRead3 });
    // What the later ones made is not in the way of the first.
    expect(await readV1()).toMatchObject({ events: 1, state: { revision: 3, state: { owner: "Ann", cents: 12n } } });
  });
});
