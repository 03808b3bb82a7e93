import { describe, expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { inventoryBehavior } from "../../../examples/inventory/src/inventory.ts";
import type { Tuning } from "../codegen/tuning.ts";
import type { Store } from "../journal/store.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { Engine } from "./engine.ts";
import { failureOf } from "./testdata/bank.ts";

const started = (tuning: unknown, store: Store = memoryStore()) =>
  Engine.start({ store, entities: [account.implement(accountBehavior, tuning as Tuning)] });

describe("the tuning of an entity", () => {
  test.each([
    [{ snapshotEvery: 1 }],
    [{ stateVersion: 7 }],
    [{ snapshotEvery: 100, stateVersion: 2, acceptSnapshots: [], retention: undefined }],
    [{ snapshotEvery: 100, acceptSnapshots: ["00c0ffee00c0ffee"], retention: { keepEvents: 0, keepSnapshots: 1 } }],
    [{ snapshotEvery: undefined }],
  ])("%j is taken", async (tuning) => {
    await (await started(tuning)).stop();
  });

  test.each([
    [{ snapshotEvry: 100 }, 'has no tuning "snapshotEvry". Did you mean snapshotEvery?'],
    [{ Stateversion: 2 }, 'has no tuning "Stateversion". Did you mean stateVersion?'],
    [{ constructor: 2 }, 'has no tuning "constructor". There are snapshotEvery, '],
    [
      { snapshotEvery: 1, retention: { keepEvent: 1 } },
      'has no tuning "retention.keepEvent". Did you mean keepEvents?',
    ],
    [{ snapshotEvery: 0 }, "has snapshotEvery that is not 1 or more: 0"],
    [{ snapshotEvery: 1.5 }, "has snapshotEvery that is not 1 or more: 1.5"],
    [{ snapshotEvery: "100" }, "has snapshotEvery that is not 1 or more: 100"],
    [{ stateVersion: -1 }, "has stateVersion that is not 1 or more: -1"],
    [{ acceptSnapshots: "00c0ffee00c0ffee" }, "has acceptSnapshots that is not a list of hashes"],
    [{ acceptSnapshots: ["c0ffee"] }, "has acceptSnapshots that is not a list of hashes"],
    [{ snapshotEvery: 1, retention: true }, "has retention that is not an object: true"],
    [{ snapshotEvery: 1, retention: {} }, "has an empty retention: say keepEvents, keepSnapshots, or both"],
    [{ snapshotEvery: 1, retention: { keepEvents: -1 } }, "has retention.keepEvents that is not 0 or more: -1"],
    [{ snapshotEvery: 1, retention: { keepSnapshots: 0 } }, "has retention.keepSnapshots that is not 1 or more: 0"],
    [{ retention: { keepEvents: 1 } }, "says retention without snapshotEvery: it works behind a snapshot"],
    [null, "has a tuning that is not an object: null"],
  ])("%j is refused, and the failure says why", async (tuning, why) => {
    const failure = await failureOf(started(tuning));
    expect(failure).toMatchObject({ code: "invalid_argument", details: { entity: "account" } });
    expect(failure.message).toContain(`The entity "account" ${why}`);
  });

  test("is refused for a durable state, which has no events", async () => {
    const tuned = inventoryItem.implement(inventoryBehavior, { snapshotEvery: 10 });
    const failure = await failureOf(Engine.start({ store: memoryStore(), entities: [tuned] }));
    expect(failure.code).toBe("invalid_argument");
    expect(failure.message).toContain("has a durable state, of which there are no snapshots: leave snapshotEvery away");
  });

  test("is refused where the store cannot do it, rather than pretended", async () => {
    const { events } = memoryStore();
    const without = await failureOf(started({ snapshotEvery: 10 }, { events }));
    expect(without.code).toBe("unsupported");
    expect(without.message).toContain("says snapshotEvery, and the store has no `snapshots`");

    const { removePayloads: _, ...plain } = events;
    const { snapshots } = memoryStore();
    const store = { events: plain, ...(snapshots ? { snapshots } : {}) };
    const keeping = await failureOf(started({ snapshotEvery: 10, retention: { keepEvents: 1 } }, store));
    expect(keeping.code).toBe("unsupported");
    expect(keeping.message).toContain("no `removePayloads`");
    await (await started({ snapshotEvery: 10, retention: { keepSnapshots: 1 } }, store)).stop();
  });
});
