import { describe, expect, test } from "vitest";
import { accountBehavior } from "../../../examples/bank/src/account.ts";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { fakeClock } from "./fake-clock.ts";
import { testEngine } from "./test-engine.ts";

describe("a fake clock", () => {
  test("shows the epoch, or what it is told, until it is moved", async () => {
    expect(fakeClock().now()).toBe(0);
    const clock = fakeClock({ start: new Date(5_000) });
    await clock.advance(250);
    expect(clock.now()).toBe(5_250);
  });

  test("runs timers in the order of their times, each at its own, and those of one time as they were set", async () => {
    const clock = fakeClock();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${clock.now()}`);
    clock.after(20, note("c"));
    clock.after(10, note("a"));
    clock.after(10, note("b"));
    const cancel = clock.after(15, note("never"));
    clock.after(21, note("late"));
    cancel();

    await clock.advance(20);

    expect(seen).toEqual(["a at 10", "b at 10", "c at 20"]);
    expect(clock.timers).toBe(1);
  });

  test("runs what a timer sets going before the next timer: promises, ends of turns, and timers that timers set", async () => {
    const clock = fakeClock();
    const seen: string[] = [];
    clock.after(10, async () => {
      for (let i = 0; i < 20; i++) await undefined;
      clock.soon(() => {
        clock.soon(() => {
          seen.push(`settled at ${clock.now()}`);
          clock.after(5, () => seen.push(`inner at ${clock.now()}`));
        });
      });
    });
    clock.after(12, () => seen.push(`next at ${clock.now()}`));

    await clock.advance(15);

    expect(seen).toEqual(["settled at 10", "next at 12", "inner at 15"]);
  });

  test("jumps without a timer: those that are set come after as long as before", async () => {
    const clock = fakeClock({ start: 1_000 });
    const seen: number[] = [];
    clock.after(10, () => seen.push(clock.now()));

    clock.jump(-500);
    expect([clock.now(), seen.length]).toEqual([500, 0]);
    await clock.advance(10);
    expect(seen).toEqual([510]);
  });

  test("refuses to go back, and to be moved twice at once; what a timer throws is thrown", async () => {
    const clock = fakeClock();
    await expect(clock.advance(-1)).rejects.toThrow("jump()");
    const first = clock.advance(1);
    await expect(clock.advance(1)).rejects.toThrow("await it");
    await first;
    clock.after(1, () => {
      throw new Error("out of order");
    });
    await expect(clock.advance(1)).rejects.toThrow("out of order");
    await clock.advance(1);
  });

  test("lets a caller's deadline pass without waiting for it", async () => {
    await using bank = await testEngine({ entities: [account.implement(accountBehavior)] });
    const hanging = bank.store.when("events.append").hangsBefore();
    const failing = expect(bank.entity(account).get("a").openAccount({}, { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: "deadline_exceeded",
    });

    await bank.clock.advance(20_000);
    await failing;
    hanging.release();
  });

  test("by hand keeps what is decided from being stored, until it is told", async () => {
    const clock = fakeClock({ soon: "by hand" });
    const bank = await testEngine({ entities: [account.implement(accountBehavior)], clock });
    const sent = bank.entity(account).get("a").openAccount({ openingCents: 5n });
    await clock.advance(1_000);

    expect([clock.waiting, bank.store.callsOf("events.append").length]).toEqual([1, 0]);
    await clock.runSoon();
    expect(await sent).toMatchObject({ revision: 2, recordedAt: new Date(0) });
    expect(clock.waiting).toBe(0);
    await bank.engine.stop();
  });
});
