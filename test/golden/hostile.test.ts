import { Engine, memoryStore, RejectedError } from "@ego/runtime";
import { expect, test } from "vitest";
import { await$, delete$ } from "./gen/golden/hostile/v1/2_tables_ego.ts";
import type { ConstructorBehavior } from "./gen/golden/hostile/v1/hostile_ego.ts";
import * as generated from "./gen/golden/hostile/v1/hostile_ego.ts";

const hostile = generated.constructor;
const behavior: ConstructorBehavior = {
  commands: {
    constructor$: (_, { emit }) => [emit.toString$({ toString$: 7 }), emit.entity(), emit.httpRequested()],
    then$: (command, { emit }) => emit.default({ constructor$: command.constructor$ }),
    delete: (_, { state, emit, reject }) => (state.proto > 0 ? reject.pick() : emit.apply()),
    outcome$: () => [],
  },
  events: {
    httpRequested: () => undefined,
    entity: () => undefined,
    apply(_, state) {
      state.proto += 1;
    },
  },
};

test("messages with names of members of every object are commands, events and rejections like others", async () => {
  await using engine = await Engine.start({ store: memoryStore(), entities: [hostile.implement(behavior)] });
  const sent = engine.entity(hostile).get("__proto__");
  await sent.constructor$();
  await sent.then$({ constructor$: 3 });
  await sent.delete();
  await expect(sent.delete()).rejects.toBeInstanceOf(RejectedError);
  const { state, revision } = await sent.outcome$();
  expect(revision).toBe(5);
  expect(state).toMatchObject({ id: "__proto__", toString$: 7, constructor$: 3, proto: 1 });
});

test("a client does not look like a promise", async () => {
  await using engine = await Engine.start({ store: memoryStore(), entities: [hostile.implement(behavior)] });
  const sent = engine.entity(hostile).get("a");
  expect(await Promise.resolve(sent)).toBe(sent);
});

test("entities with names of reserved words run", async () => {
  const entities = [
    delete$.implement({ commands: { nothing: (_, { save }) => save({ where: 1n }) } }),
    await$.implement({ commands: { arguments: (_, { keep }) => keep() } }),
  ];
  await using engine = await Engine.start({ store: memoryStore(), entities });
  expect((await engine.entity(delete$).get("1").nothing()).state).toMatchObject({ order: "1", where: 1n });
  expect(
    (
      await engine
        .entity(await$)
        .get("1")
        .arguments({ values: ["x"] })
    ).revision,
  ).toBe(0);
});

test("nothing in a comment becomes code", () => {
  expect(Object.keys(generated)).toEqual(["constructor"]);
});
