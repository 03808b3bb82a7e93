import { describe, expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { all, failureOf, freshId, startBank } from "../engine/testdata/bank.ts";
import { EgoError } from "../error/ego-error.ts";
import { projection } from "../projection/projection.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { faultyStore } from "../testing/faulty-store.ts";
import { guarded } from "./guarded.ts";
import type { Activity, Telemetry } from "./telemetry.ts";

/** Each place at which telemetry may fail. */
const places = [
  "started",
  "stopped",
  "commandSent",
  "trace",
  "deciding",
  "reading",
  "storing",
  "projecting",
  "run before the work",
  "run after the work",
  "ended",
  "answered",
] as const;
type Place = (typeof places)[number];

/** Telemetry that fails in one place, and says what it was called. */
function failingAt(place: Place | undefined): Telemetry & { readonly calls: Set<Place> } {
  const calls = new Set<Place>();
  const at = (here: Place) => {
    calls.add(here);
    if (here === place) throw new Error(`broken: ${here}`);
  };
  const activity: Activity<unknown> = {
    run(work) {
      at("run before the work");
      const done = work();
      at("run after the work");
      return done;
    },
    ended: () => at("ended"),
  };
  return {
    calls,
    started() {
      at("started");
      return () => at("stopped");
    },
    commandSent() {
      at("commandSent");
      return {
        get trace() {
          at("trace");
          return undefined;
        },
        deciding() {
          at("deciding");
          return activity;
        },
        answered: () => at("answered"),
      };
    },
    reading() {
      at("reading");
      return activity;
    },
    storing() {
      at("storing");
      return activity;
    },
    projecting() {
      at("projecting");
      return activity;
    },
  };
}

/** What commands come to, whatever their telemetry does. */
async function run(telemetry: Telemetry | undefined) {
  const store = faultyStore(memoryStore());
  const projected: string[] = [];
  const witness = projection<typeof account>({
    name: "witness",
    entities: [account],
    handle: async ({ name }) => {
      projected.push(name);
    },
  });
  const bank = await startBank(store, {
    ...(telemetry ? { telemetry } : {}),
    clock: { now: () => 0 },
    projections: [witness],
  });
  const id = freshId();
  const client = bank.accounts.get(id);
  let handled = 0;
  bank.script(id, {
    commands: {
      async creditAccount({ amountCents }, { emit }) {
        handled++;
        if (amountCents === 0n) throw new Error("nothing");
        return emit.accountCredited({ amountCents });
      },
    },
  });
  const outcomes = [
    await client.openAccount({}, { commandId: "1" }),
    await client.creditAccount({ amountCents: 5n }, { commandId: "2" }),
    await client.debitAccount({ amountCents: 9n }, { commandId: "3" }).outcome(),
    (await failureOf(client.creditAccount({}, { commandId: "4" }))).message.replace(id, "id"),
    (await failureOf(client.creditAccount({}, { expectedRevision: -1 }))).message,
  ].map((outcome) =>
    JSON.stringify(outcome, (key, value) =>
      key === "accountId" ? "id" : typeof value === "bigint" ? `${value}` : value,
    ),
  );
  const names = (await all(bank.engine.history(account, id))).map(({ name }) => name);
  const { position = 0 } = (await all(bank.engine.history(account, id))).at(-1) ?? {};
  await bank.engine.projection(witness).caughtUpTo(bank.engine.positionOf(account, id, position));
  await bank.engine.stop();
  const warnings = bank.log.filter(({ facts }) => !(facts.failure instanceof EgoError)).map(({ message }) => message);
  return {
    commands: { outcomes, names, projected, handled, batches: store.callsOf("events.append").length },
    warnings,
  };
}

describe("telemetry that fails", () => {
  test("is tried in every place", async () => {
    const telemetry = failingAt(undefined);

    const { warnings } = await run(telemetry);

    expect([...telemetry.calls].toSorted()).toEqual([...places].toSorted());
    expect(warnings).toEqual([]);
  });

  test.each(places)("in %s changes nothing for commands, and is told once", async (place) => {
    const { commands } = await run(undefined);

    const failing = await run(failingAt(place));

    expect(failing.commands).toEqual(commands);
    expect(failing.warnings).toEqual([`The telemetry failed, and traces and metrics may be missing: broken: ${place}`]);
  });

  test("to do the work, or does it twice, is not relied on", () => {
    for (const times of [0, 1, 2]) {
      let done = 0;
      const activity: Activity<unknown> = {
        run(work) {
          let last: unknown;
          for (let i = 0; i < times; i++) last = work();
          return last as ReturnType<typeof work>;
        },
        ended() {},
      };
      const telemetry = guarded({ ...failingAt(undefined), reading: () => activity }, () => {});

      expect(telemetry.reading("account", "a", undefined).run(() => ++done)).toBe(1);
      expect(done).toBe(1);
    }
  });

  test("keeps what the work itself throws", () => {
    const failures: unknown[] = [];
    const telemetry = guarded(failingAt("run after the work"), (failure) => failures.push(failure));
    const reading = telemetry.reading("account", "a", undefined);

    const failing = () =>
      reading.run(() => {
        throw new Error("mine");
      });

    expect(failing).toThrow("mine");
    expect(failures).toHaveLength(1);
  });
});
