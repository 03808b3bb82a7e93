import { expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import type { Clock } from "../clock/clock.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { failureOf, startBank } from "./testdata/bank.ts";

test("an engine whose clock has timers does nothing before they call back", async () => {
  const soon: (() => void)[] = [];
  const timers = new Map<number, () => void>();
  const clock: Clock = {
    now: () => 1_000,
    after(ms, callback) {
      timers.set(ms, callback);
      return () => timers.delete(ms);
    },
    soon: (callback) => soon.push(callback),
  };
  await using bank = await startBank(memoryStore(), { clock });
  const ann = bank.engine.entity(account).get("ann");

  const opened = ann.openAccount({ ownerEmail: "ann@example.org" }, { timeoutMs: 40 });
  await bank.engine.entityExists(account, "bob");
  expect(soon).toHaveLength(1);
  soon.shift()?.();
  expect((await opened).recordedAt).toEqual(new Date(1_000));
  expect(timers.size).toBe(0);

  const late = failureOf(ann.creditAccount({ amountCents: 1n }, { timeoutMs: 50 }));
  timers.get(50)?.();
  expect(await late).toMatchObject({ code: "deadline_exceeded" });
  // What it decided is stored all the same, and the engine stops only then.
  soon.shift()?.();
});
