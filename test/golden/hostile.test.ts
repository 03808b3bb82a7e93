import { create, toBinary } from "@bufbuild/protobuf";
import { Engine, memoryStore, RejectedError, shardOf } from "@ego/runtime";
import { expect, test } from "vitest";
import { await$, delete$, selectTable as select } from "./gen/golden/hostile/v1/2_tables_ego.ts";
import type { ConstructorBehavior } from "./gen/golden/hostile/v1/hostile_ego.ts";
import * as generated from "./gen/golden/hostile/v1/hostile_ego.ts";
import { Nested_ThenSchema, ToStringSchema, UpcastSchema, ValueOfSchema } from "./gen/golden/hostile/v1/hostile_pb.ts";
import * as sagas from "./gen/golden/hostile/v1/saga_ego.ts";
import * as readModels from "./gen/golden/hostile/v1/then_ego.ts";
import { drive } from "./saga-steps.ts";

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

test("sagas with names of members of every object and of reserved words have methods for all that they meet", () => {
  const behavior: sagas.ToStringBehavior = {
    events: {
      toString$(event, { state, send }) {
        state.valueOf$ = event.toString$;
        return [send.constructor$("a"), send.then$("a", { constructor$: 1 }), send.delete("a"), send.outcome$("a")];
      },
      default: (_, { schedule }) => [schedule("then$", { days: 1 }), schedule("constructor$", { minutes: 1 })],
      httpRequested: () => [],
      entity: (_, { send }) => send.closeAccount("ann"),
      apply: (_, { complete }) => complete(),
    },
    outcomes: {
      constructor$: (outcome, { fail }) => (outcome.case === "promise" ? fail("promise") : []),
      then$: () => [],
      delete: (outcome, { fail }) => (outcome.case === "pick" ? fail("pick") : []),
      outcome$: () => [],
      closeAccount: (outcome, { fail }) => (outcome.case === "accepted" ? fail(outcome.state.ownerEmail) : []),
    },
    timers: {
      constructor$: () => [],
      then$: ({ fail }) => fail("then"),
      toString$: () => [],
      delete: () => [],
    },
  };
  const instance = drive(sagas.toString.implement(behavior), "__proto__");

  const steps = instance.step("events", "toString$", create(ToStringSchema, { toString$: 7 }));
  expect(steps.map((said) => "send" in said && [said.send, said.entity, said.command.$typeName])).toEqual([
    ["constructor$", "constructor", "golden.hostile.v1.Constructor"],
    ["then$", "constructor", "golden.hostile.v1.Then"],
    ["delete", "constructor", "golden.hostile.v1.Delete"],
    ["outcome$", "constructor", "golden.hostile.v1.Outcome"],
  ]);
  expect(instance.state).toMatchObject({ id: "__proto__", valueOf$: 7 });
  expect(instance.step("events", "default", {})).toEqual([
    { schedule: "then", after: { days: 1 } },
    { schedule: "constructor", after: { minutes: 1 } },
  ]);
  expect(instance.step("events", "entity", {})).toMatchObject([{ entity: "account", to: "ann" }]);
  expect(instance.step("outcomes", "delete", { case: "pick" })).toEqual([{ end: "failed", reason: "pick" }]);
  expect(instance.step("timers", "then$")).toEqual([{ end: "failed", reason: "then" }]);
});

test("read models with such names consume messages with such names", () => {
  const ignored = async () => {};
  const projection: readModels.ConstructorProjection = {
    toString$: (event, { row }) => row.upsert({ constructor$: event.toString$, valueOf$: 1 }),
    default: ignored,
    httpRequested: ignored,
    entity: ignored,
    apply: ignored,
    database: (_, { tx, row }) => (tx.isTransaction ? row.remove() : row.increment({ valueOf$: 1 })),
    then$: ignored,
    hasOwnProperty$: ignored,
    columnType: (state, { rowOf }) => rowOf(state?.order ?? "constructor").remove(),
  };
  const { readModel } = readModels.constructor.implement(projection);
  expect(Object.keys(readModel.table.events ?? {})).toEqual(Object.keys(projection).slice(0, -1));
  expect(readModel.table.states).toEqual({ columnType: ["delete", delete$.table.state] });
  expect(readModel.table.table.columns).toEqual({ id: "id", constructor$: "constructor", valueOf$: "value_of" });

  const { table } = readModels.await$.implement({
    then$: (_, { row }) => row.remove(),
    database: (_, { rowOf }) => rowOf({ constructor$: 1, id: "__proto__" }).remove(),
  }).readModel;
  expect(table).toMatchObject({ name: "await", table: { name: "then", key: ["constructor$", "id"] } });
  expect(table.events?.then$).toEqual(["constructor", Nested_ThenSchema]);
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
  expect(indexes).toEqual([{ name: "to_string", fields: ["valueOf$", "proto"], unique: true }]);
  expect(binary).toEqual(["then"]);
});

test("nothing in a comment becomes code", () => {
  expect(Object.keys(generated)).toEqual(["constructor"]);
  expect(Object.keys(sagas)).toEqual(["toString", "delete$", "saga"]);
  expect(Object.keys(readModels)).toEqual(["constructorTable", "constructor", "thenTable", "await$"]);
});
