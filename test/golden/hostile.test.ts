import { create, toBinary } from "@bufbuild/protobuf";
import { Engine, memoryStore, RejectedError, shardOf } from "@ego/runtime";
import { expect, test } from "vitest";
import { await$, delete$, selectTable as select } from "./gen/golden/hostile/v1/2_tables_ego.ts";
import type { ConstructorBehavior } from "./gen/golden/hostile/v1/hostile_ego.ts";
import * as generated from "./gen/golden/hostile/v1/hostile_ego.ts";
import { ToStringSchema, UpcastSchema, ValueOfSchema } from "./gen/golden/hostile/v1/hostile_pb.ts";

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
  upcasts: {
    valueOf$: (event) => ({ toString$: event.valueOf$ + 1 }),
    upcast: () => ({}),
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

test("stored names of members of every object lead to their events, and to no others", async () => {
  const store = memoryStore();
  const payload = toBinary(ToStringSchema, create(ToStringSchema, { toString$: 3 }));
  const write = (id: string, ...events: readonly { readonly type: string; readonly payload: Uint8Array }[]) => {
    const shard = shardOf("constructor", id, store.events.shardCount);
    const rest = { expectedRevision: 0, metadata: new Uint8Array(0), commandId: "c", recordedAt: 0 };
    return store.events.append([{ entityType: "constructor", entityId: id, shard, events, ...rest }]);
  };
  const names = ["__proto__", "constructor", "toString", "-.-"];
  await write(
    "a",
    ...names.map((type) => ({ type, payload })),
    { type: UpcastSchema.typeName, payload: new Uint8Array(0) },
    { type: "hasOwnProperty", payload: toBinary(ValueOfSchema, create(ValueOfSchema, { valueOf$: 6 })) },
  );
  await write("b", { type: "valueOf", payload });
  await using engine = await Engine.start({ store, entities: [hostile.implement(behavior)] });

  expect((await engine.state(hostile, "a")).state).toMatchObject({ id: "a", toString$: 7, proto: 1 });
  await expect(engine.state(hostile, "b")).rejects.toMatchObject({ code: "unsupported" });
  await engine.entity(hostile).get("c").constructor$();
  const [stored] = await store.events.load("constructor", "c");
  expect(stored?.type).toBe("__proto__");
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

test("fields with names of members of every object are columns like others, and in an index", () => {
  const { columns, indexes, binary } = select;
  expect(Object.entries(columns)).toEqual([
    ["order", "order"],
    ["where", "where"],
    ["constructor$", "constructor"],
    ["userId2X", "user_id2_x"],
    ["valueOf$", "drop"],
    ["proto", "prototype"],
    ["then", "then"],
  ]);
  expect(indexes).toEqual([{ name: "constructor", fields: ["valueOf$", "proto"], unique: true }]);
  expect(binary).toEqual(["then"]);
});

test("nothing in a comment becomes code", () => {
  expect(Object.keys(generated)).toEqual(["constructor"]);
});
