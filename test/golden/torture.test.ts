import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Engine, memoryStore, type Store, shardOf } from "@ego/runtime";
import type { Fields } from "@ego/runtime/codegen";
import { sqliteStore } from "@ego/runtime/sqlite";
import { given } from "@ego/runtime/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CloseSchema, Function as Kind, MovedV1Schema, MovedV2Schema } from "./gen/golden/torture/parts/v1/parts_pb.ts";
import { toString as hostile } from "./gen/golden/torture/v1/torture_ego.ts";
import type { Requests_Constructor } from "./gen/golden/torture/v1/torture_pb.ts";
import { tortureBehavior } from "./torture-behavior.ts";

const entity = hostile.implement(tortureBehavior);
const { then$, moved, movedV1, movedV2, close } = hostile.events;

/** All that a command can say. */
const everything = {
  class: { case: "await", value: { then: "x", catch: { finally: { case: "import", value: Uint8Array.of(0, 255) } } } },
  in: { "": { then: "" }, __proto_: { then: "y", finally: { case: "function", value: Kind.TO_STRING } } },
  with: { "-9223372036854775808": 18_446_744_073_709_551_615n, "0": 0n },
  function: [Kind.TO_STRING, Kind.UNSPECIFIED, Kind.CONSTRUCTOR],
  proto: 18_446_744_073_709_551_615n,
  if: "",
  for: "-9223372036854775808",
  new: { list: [1, "two", null, { three: true }], empty: {} },
  null: 0n,
  case: [new Uint8Array(0), Uint8Array.of(1, 2)],
  constructor$: -2_147_483_648,
  toString$: "toString",
} satisfies Fields<Requests_Constructor>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ego-torture-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const onMemory = (): (() => Store) => {
  const store = memoryStore();
  return () => store;
};
const inFile = (): (() => Store) => {
  const filename = join(folder, "torture.db");
  return () => sqliteStore({ filename });
};

describe.each([
  { name: "memory", open: onMemory },
  { name: "SQLite", open: inFile },
])("on $name,", ({ open }) => {
  let reopen: () => Store;
  beforeEach(() => {
    reopen = open();
  });
  const start = () => Engine.start({ store: reopen(), entities: [entity] });
  const history = async (engine: Engine, id: string) => {
    const names: string[] = [];
    for await (const { name } of engine.history(hostile, id)) names.push(name);
    return names;
  };

  test("every command is carried out, and a restart finds the state that it left", async () => {
    const ids = ["7", "-9223372036854775808", "0"];
    const live = new Map<string, unknown>();
    {
      await using engine = await start();
      for (const id of ids) {
        const sent = engine.entity(hostile).get(id);
        await sent.constructor$({ ...everything, this: { x: 0.1, y: -0 } });
        await sent.move({ x: 3, y: Number.MIN_VALUE, remark: "*/" });
        await sent.close({ promise: { then: "closed" } });
        const { state, revision } = await sent.delete();
        expect(revision).toBe(5);
        expect(state).toMatchObject({
          default: BigInt(id),
          class: { case: undefined },
          with: everything.with,
          for: everything.for,
          if: "*/",
          constructor$: everything.constructor$,
          this: { x: 3, y: Number.MIN_VALUE },
          then: true,
          arguments: ["0.1/0", `3/${Number.MIN_VALUE}`, "closed after 1 s", "closed after 0 s"],
        });
        live.set(id, state);
      }
    }
    await using engine = await start();
    for (const id of ids) {
      expect((await engine.state(hostile, id)).state).toEqual(live.get(id));
      expect(await history(engine, id)).toEqual(["then$", "moved", "moved", "close", "close"]);
    }
  });

  test("what was first is in the state, field by field", async () => {
    await using engine = await start();
    const { state } = await engine.entity(hostile).get("1").constructor$(everything);
    expect(state).toMatchObject(everything);
    const at = timestampFromDate(new Date(-1));
    const other = await engine
      .entity(hostile)
      .get("2")
      .constructor$({ class: { case: "yield", value: at } });
    expect(other.state.class).toEqual({ case: "yield", value: at });
    expect(other.state).not.toHaveProperty("if");
    expect(other.state).not.toHaveProperty("null");
  });

  test("every rejection is answered, typed, and leaves nothing", async () => {
    await using engine = await start();
    const sent = engine.entity(hostile).get("7");
    expect(await sent.close({}).outcome()).toMatchObject({ case: "null", rejection: { default: 7n } });
    expect(await sent.delete().outcome()).toMatchObject({ case: "null", rejection: { default: 7n } });
    await expect(sent.move({ x: 1, y: 1 })).rejects.toMatchObject({ code: "not_found" });

    await sent.constructor$({});
    await expect(sent.constructor$({})).rejects.toMatchObject({ code: "already_exists" });
    const limits = { x: 100, y: 100 };
    const far = await sent.move({ x: 1e300, y: 0 }).outcome();
    expect(far).toMatchObject({ case: "error", rejection: { function: Kind.CONSTRUCTOR, limits } });
    await sent.close({});
    expect(await sent.close({}).outcome()).toMatchObject({
      case: "error",
      rejection: { function: Kind.TO_STRING },
    });
    expect(await history(engine, "7")).toEqual(["then$", "close"]);
  });

  test("old events, under all of their names, are read as the newest", async () => {
    const store = reopen();
    await store.open?.([hostile.table]);
    const event = <Desc extends DescMessage>(type: string, schema: Desc, fields: MessageInitShape<Desc>) => ({
      type,
      payload: toBinary(schema, create(schema, fields)),
    });
    await store.events.append([
      {
        entityType: "to-string",
        entityId: "-7",
        shard: shardOf("to-string", "-7", store.events.shardCount),
        expectedRevision: 0,
        events: [
          event("golden.torture.Moved", MovedV1Schema, { default: -7n, x: -1, y: 2 }),
          event("golden.torture.Moved", MovedV1Schema, { default: -7n, x: 3 }),
          event("golden.torture.Moved.2", MovedV2Schema, { default: -7n, x: 0.5, y: 1 }),
          event("golden.torture.Moved-2", MovedV2Schema, { default: -7n, y: 0.25 }),
          event("isPrototypeOf", CloseSchema, { default: -7n, after: durationFromMs(60_000) }),
          event("__defineGetter__", CloseSchema, { default: -7n }),
        ],
        metadata: new Uint8Array(0),
        commandId: "c",
        recordedAt: 0,
      },
    ]);
    await store.close?.();

    const moves = ["-1/2", "3/0", "0.5/1", "0/0.25", "closed after 60 s", "closed after 0 s", "1/1"];
    {
      await using engine = await start();
      const { state, revision } = await engine.entity(hostile).get("-7").move({ x: 1, y: 1 });
      expect(revision).toBe(7);
      expect(state).toMatchObject({ default: -7n, this: { x: 1, y: 1 }, then: true, arguments: moves });
      const names = ["moved", "moved", "moved", "moved", "close", "close", "moved"];
      expect(await history(engine, "-7")).toEqual(names);
    }
    await using engine = await start();
    expect(await engine.state(hostile, "-7")).toMatchObject({ revision: 7, state: { arguments: moves } });
  });
});

test("new events are stored under their own names", async () => {
  const store = memoryStore();
  await using engine = await Engine.start({ store, entities: [entity] });
  const sent = engine.entity(hostile).get("7");
  await sent.constructor$({ this: { x: 1 } });
  await sent.delete();
  const stored = await store.events.load("to-string", "7");
  const types = ["toLocaleString", "golden.torture.Moved.3", CloseSchema.typeName];
  expect(stored.map(({ type }) => type)).toEqual(types);
});

test("without an engine, histories may have old events", () =>
  given(
    entity,
    then$({ class: { case: "delete", value: "x" } }),
    movedV1({ x: 4 }),
    movedV2({ y: 5 }),
    moved({ this: { x: 6 } }),
    close(),
  )
    .when.move({ x: 7, y: 7 })
    .emits(moved({ this: { x: 7, y: 7 } }))
    .leaves({ arguments: ["4/0", "0/5", "6/0", "closed after 0 s", "7/7"] }));
