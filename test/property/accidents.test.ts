import { type Engine, memoryStore, type Store } from "@ego/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { inventoryItem } from "../../examples/inventory/src/gen/shop/v1/inventory_ego.ts";
import { settings, start } from "./harness.ts";
import { actual, type Step, steps, unopened } from "./model.ts";
import { type Accident, unreliable } from "./unreliable-store.ts";

/** Sends a command again, under one id, until its outcome is known. */
async function untilKnown(send: () => Promise<string>): Promise<string> {
  for (;;) {
    try {
      return await send();
    } catch (failure) {
      const code = failure instanceof Error && "code" in failure ? failure.code : failure;
      if (code !== "unavailable" && code !== "conflict") throw failure;
    }
  }
}

const accidents = fc
  .array(fc.constantFrom<Accident>("none", "none", "none", "fails before", "fails after", "comes late"), {
    minLength: 2,
    maxLength: 12,
  })
  .map((some): Accident[] => [...some, "none"]);

describe("for every sequence of commands and accidents of the store", () => {
  /** Two engines on one store whose batches go wrong, and clients that send again until they know. */
  async function run(all: readonly Step[], mishaps: readonly Accident[], store: Store = memoryStore()) {
    const engines = [await start(unreliable(store, mishaps)), await start(unreliable(store, mishaps.toReversed()))];
    const subscriptions = engines.map((engine) => engine.subscribe());
    const answers = await Promise.all(
      all.map((step, i) => {
        const engine = engines[i % 2] as Engine;
        return untilKnown(() => actual(engine.entity(account).get(`e-${step.entity}`), step, `c-${i}`));
      }),
    );
    return { store, engines, subscriptions, answers };
  }

  async function takesEffectOnce(all: readonly Step[], mishaps: readonly Accident[], given?: Store): Promise<void> {
    const { store, engines, answers } = await run(all, mishaps, given);
    for (const engine of engines) await engine.stop();
    await using engine = await start(store);
    for (let entity = 0; entity < 4; entity++) {
      const model = unopened();
      const ids = new Set<string>();
      let last = "";
      for await (const one of engine.history(account, `e-${entity}`)) {
        expect(one.revision).toBe(model.revision + 1);
        model.revision++;
        // A command's events are adjacent, and no command comes again.
        if (one.commandId !== last) expect(ids.has(one.commandId)).toBe(false);
        ids.add(one.commandId);
        last = one.commandId;
        if (one.name === "accountCredited") model.balance += one.event.amountCents;
        if (one.name === "accountDebited") model.balance -= one.event.amountCents;
        expect(model.balance).toBeGreaterThanOrEqual(0n);
        // The state that the journal has there is the one that was told.
        const answer = answers[Number(one.commandId.slice(2))];
        if (answer?.startsWith(`revision ${model.revision},`)) expect(answer).toContain(`balance ${model.balance}`);
      }
      // Whatever was answered with a new revision is in the journal; the others have stored nothing.
      for (const [i, step] of all.entries()) {
        if (step.entity !== entity) continue;
        const accepted = answers[i]?.startsWith("revision ") === true && step.command !== "close";
        if (accepted) expect(ids.has(`c-${i}`)).toBe(true);
        else if (step.command !== "close") expect(ids.has(`c-${i}`)).toBe(false);
      }
    }
  }

  test("every command takes effect once, and each account is what its own events make it", async () => {
    const property = fc.asyncProperty(steps(4, { minLength: 1, maxLength: 50 }), accidents, (all, mishaps) =>
      takesEffectOnce(all, mishaps),
    );
    await fc.assert(property, settings(60));
  });

  test("is not true of a store that forgets command ids, or one that loses a batch: the check finds both", async () => {
    const forgetful = (): Store => {
      const store = memoryStore();
      const { append } = store.events;
      let forgotten = 0;
      store.events.append = (batch) =>
        append(batch.map((one) => ({ ...one, commandId: `c-${one.commandId.slice(2)}${"0".repeat(++forgotten)}` })));
      return store;
    };
    const losing = (): Store => {
      const store = memoryStore();
      const { append } = store.events;
      let batches = 0;
      store.events.append = async (batch) =>
        ++batches % 2 === 0 ? batch.map(() => ({ stored: true, position: 1 })) : append(batch);
      return store;
    };
    for (const broken of [forgetful, losing]) {
      const property = fc.asyncProperty(steps(4, { minLength: 30, maxLength: 50 }), accidents, (all, mishaps) =>
        takesEffectOnce(all, mishaps, broken()),
      );
      const { failed } = await fc.check(property, { ...settings(20), endOnFailure: true });
      expect(failed).toBe(true);
    }
  });

  test("a subscriber of each engine sees events once, in order and without a gap for each entity, whatever failed", async () => {
    const property = fc.asyncProperty(steps(4, { minLength: 1, maxLength: 50 }), accidents, async (all, mishaps) => {
      const { store, engines, subscriptions } = await run(all, mishaps);
      for (const engine of engines) await engine.stop();
      const seen: string[] = [];
      for (const subscription of subscriptions) {
        const revisions = new Map<string, number>();
        for await (const { entityId, revision } of subscription) {
          // What another engine stored before this one read the entity is its history.
          const before = revisions.get(entityId);
          if (before !== undefined) expect(revision).toBe(before + 1);
          revisions.set(entityId, revision);
          seen.push(`${entityId} ${revision}`);
        }
      }
      await using engine = await start(store);
      const stored: string[] = [];
      for (let entity = 0; entity < 4; entity++) {
        for await (const { entityId, revision } of engine.history(account, `e-${entity}`)) {
          stored.push(`${entityId} ${revision}`);
        }
      }
      // Every command was retried until its outcome was known: each event was seen by the engine that stored it.
      expect([...new Set(seen)].sort()).toEqual(stored.sort());
    });
    await fc.assert(property, settings(60));
  });

  test("a durable state is the sum of what was accepted, and each version is seen once, in order", async () => {
    const quantities = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 });
    const property = fc.asyncProperty(quantities, accidents, async (all, mishaps) => {
      const store = memoryStore();
      const engine = await start(unreliable(store, mishaps));
      const stream = engine.subscribe({ entities: [inventoryItem] });
      const item = engine.entity(inventoryItem).get("pen");
      await untilKnown(async () => String((await item.describeItem({ title: "Pen" }, { commandId: "d" })).revision));
      const revisions = await Promise.all(
        all.map((quantity, i) =>
          untilKnown(async () => String((await item.addStock({ quantity }, { commandId: `c-${i}` })).revision)),
        ),
      );
      await engine.stop();

      expect(revisions.map(Number).sort((a, b) => a - b)).toEqual(all.map((_, i) => i + 2));
      await using later = await start(store);
      const { state, revision } = await later.state(inventoryItem, "pen");
      expect({ revision, onHand: state.onHand }).toEqual({
        revision: all.length + 1,
        onHand: all.reduce((sum, quantity) => sum + quantity, 0),
      });
      const seen: number[] = [];
      for await (const version of stream) seen.push(version.revision);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      if (!mishaps.includes("fails after")) expect(seen).toEqual(Array.from({ length: revision }, (_, i) => i + 1));
    });
    await fc.assert(property, settings(60));
  });
});
