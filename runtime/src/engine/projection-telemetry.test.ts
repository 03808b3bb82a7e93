import { expect, test } from "vitest";
import { account } from "../../../examples/bank/src/gen/bank/v1/account_ego.ts";
import { projection } from "../projection/projection.ts";
import { memoryStore } from "../stores/memory/memory-store.ts";
import { otel } from "../telemetry/otel.ts";
import { startBank } from "./testdata/bank.ts";
import { manualClock } from "./testdata/manual-clock.ts";
import { otelSdk } from "./testdata/otel.ts";

const attributes = { "ego.projection": "witness", "ego.version": 1 };

test("a projection has a span for each transaction, and metrics that say how far it is", async () => {
  const sdk = otelSdk();
  const clock = manualClock();
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const witness = projection<typeof account>({
    name: "witness",
    entities: [account],
    handle: async () => {
      entered.resolve();
      await gate.promise;
    },
  });
  const telemetry = otel({ tracer: sdk.tracer, meter: sdk.meter });
  const bank = await startBank(memoryStore(), { clock, telemetry, projections: [witness] });
  const { id } = await bank.opened(5n);
  await entered.promise;
  clock.advance(2_000);

  // What is pending is two seconds old, and there is nothing that was done.
  expect(await sdk.metric("ego.projection.events_behind")).toEqual([{ attributes, value: 2 }]);
  expect(await sdk.metric("ego.projection.lag_ms")).toEqual([{ attributes, value: 2_000 }]);
  expect(await sdk.metric("ego.projection.latest_offset")).toEqual([{ attributes, value: 0 }]);
  expect(await sdk.metric("ego.projections.active")).toEqual([{ attributes: {}, value: 1 }]);

  gate.resolve();
  await bank.engine.projection(witness).caughtUpTo(bank.engine.positionOf(account, id, 2));
  expect(await sdk.metric("ego.projection.events.processed.total")).toEqual([{ attributes, value: 2 }]);
  expect(await sdk.metric("ego.projection.events_behind")).toEqual([{ attributes, value: 0 }]);
  expect(await sdk.metric("ego.projection.latest_offset")).toEqual([{ attributes, value: 2 }]);
  await bank.engine.stop();
  // The last observation would stand.
  for (const name of ["events_behind", "lag_ms", "latest_offset"]) {
    expect(await sdk.metric(`ego.projection.${name}`)).toEqual([{ attributes, value: 0 }]);
  }
  expect(await sdk.metric("ego.projections.active")).toEqual([{ attributes: {}, value: 0 }]);
  const spans = sdk.seen().filter(({ name }) => name === "ego.project");
  expect(spans).toEqual([{ name: "ego.project", attributes: { ...attributes, "ego.events": 2 } }]);
});
