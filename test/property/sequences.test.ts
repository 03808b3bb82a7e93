import { type Engine, memoryStore } from "@ego/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { account } from "../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { settings, start } from "./harness.ts";
import { actual, expected, type Model, steps, unopened } from "./model.ts";

/** What an account is, in the engine's words. */
async function stateOf(engine: Engine, id: string): Promise<Model> {
  const { state, revision } = await engine.state(account, id);
  return { opened: revision > 0, balance: state.balanceCents, closed: state.closed, revision };
}

describe("for every sequence of commands", () => {
  test("1,000 entities give what a sequential model gives, each caller its own answer", async () => {
    const property = fc.asyncProperty(steps(1_000, { minLength: 2_000, maxLength: 4_000 }), async (all) => {
      await using engine = await start(memoryStore());
      const models = new Map<number, Model>();
      const accounts = engine.entity(account);

      const answers = await Promise.all(all.map((step) => actual(accounts.get(`e-${step.entity}`), step)));

      for (const [i, step] of all.entries()) {
        const model = models.get(step.entity) ?? unopened();
        models.set(step.entity, model);
        expect(answers[i]).toBe(expected(model, step));
      }
      for (const [entity, model] of models) expect(await stateOf(engine, `e-${entity}`)).toEqual(model);
    });
    await fc.assert(property, settings(4));
  });

  test("a few entities give what a sequential model gives, in waves with a turn of the event loop between", async () => {
    const waves = fc.array(steps(3, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(waves, async (all) => {
      await using engine = await start(memoryStore());
      const models = new Map<number, Model>();
      const pending: Promise<void>[] = [];
      for (const wave of all) {
        for (const step of wave) {
          const model = models.get(step.entity) ?? unopened();
          models.set(step.entity, model);
          const wanted = expected(model, step);
          const answer = actual(engine.entity(account).get(`e-${step.entity}`), step);
          pending.push(answer.then((told) => expect(told).toBe(wanted)));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(pending);
    });
    await fc.assert(property, settings(60));
  });

  test("a replay of the events is the live state, also cut off at every revision", async () => {
    const property = fc.asyncProperty(steps(3, { minLength: 1, maxLength: 60 }), async (all) => {
      const store = memoryStore();
      await using live = await start(store);
      const told = await Promise.all(all.map((step) => actual(live.entity(account).get(`e-${step.entity}`), step)));
      await using replayed = await start(store);
      for (let entity = 0; entity < 3; entity++) {
        const id = `e-${entity}`;
        expect(await replayed.state(account, id)).toEqual(await live.state(account, id));
        // By hand, through the appliers of the behavior, from the events as the history shows them.
        let balance = 0n;
        for await (const one of live.history(account, id)) {
          if (one.name === "accountCredited") balance += one.event.amountCents;
          if (one.name === "accountDebited") balance -= one.event.amountCents;
          const answers = told.filter(
            (answer, i) => all[i]?.entity === entity && answer.startsWith(`revision ${one.revision},`),
          );
          for (const answer of answers) expect(answer).toContain(`balance ${balance}`);
        }
      }
    });
    await fc.assert(property, settings(60));
  });
});
