import { create, getExtension, setExtension } from "@bufbuild/protobuf";
import { anyPack, DurationSchema, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Engine, memoryStore } from "@ego/runtime";
import { given } from "@ego/runtime/testing";
import { expect, test } from "vitest";
import { known } from "./gen/shapes/known/v1/known_ego.ts";
import { legacy } from "./gen/shapes/legacy/v1/legacy_ego.ts";
import { LegacySetSchema, Mood, note, PartSchema } from "./gen/shapes/legacy/v1/legacy_pb.ts";
import { maps } from "./gen/shapes/maps/v1/maps_ego.ts";
import { type CartBehavior, cart, type OrderBehavior, order } from "./gen/shapes/nested/v1/nested_ego.ts";
import { oneofs } from "./gen/shapes/oneofs/v1/oneofs_ego.ts";
import { type SpreadBehavior, spread } from "./gen/shapes/spread/v1/state_ego.ts";
import { texts } from "./gen/shapes/texts/v1/texts_ego.ts";

// That these compile is half of the test: makers and clients take the fields of every shape, and nested ones in part.

test("maps take keys of every kind, and parts of messages", () => {
  const entity = maps.implement({
    commands: { setMaps: ({ $typeName, ...fields }, { emit }) => emit.mapsSet(fields) },
    events: {},
  });
  const fields = {
    byInt32: { 1: "one", [-1]: "minus" },
    byInt64: { "9223372036854775807": "most" },
    byBool: { true: "yes" },
    partByInt32: { 7: { text: "seven", parts: { deeper: { text: "x" } } } },
    ofPart: { a: {} },
    ofBytes: { a: Uint8Array.of(1) },
  };
  return given(entity).when.setMaps(fields).leaves(fields);
});

test("oneofs take the value of their case, and parts of messages", () => {
  const entity = oneofs.implement({
    commands: {
      setOneofs: ({ anyKind, single }, { emit }) =>
        emit.oneofsSet({ anyKind, single, part: { kind: { case: "raw", value: Uint8Array.of(7) } } }),
    },
    events: {},
  });
  return given(entity)
    .when.setOneofs({ anyKind: { case: "inPart", value: { kind: { case: "text", value: "x" } } } })
    .leaves({
      anyKind: { case: "inPart", value: { kind: { case: "text", value: "x" } } },
      part: { kind: { case: "raw", value: Uint8Array.of(7) } },
    });
});

test("well-known types are what protobuf-es makes of them", () => {
  const fields = {
    oneTimestamp: timestampFromDate(new Date(0)),
    oneDuration: { seconds: 5n },
    oneStruct: { list: [1, "two", null] },
    oneStringValue: "",
    oneInt64Value: 5n,
    oneFieldMask: { paths: ["a"] },
    oneAny: anyPack(DurationSchema, create(DurationSchema, { seconds: 1n })),
    oneEmpty: {},
    manyStringValue: [{ value: "x" }],
  };
  const entity = known.implement({ commands: { setKnown: (_, { emit }) => emit.knownSet(fields) }, events: {} });
  return given(entity).when.setKnown().emits(known.events.knownSet(fields));
});

test("64-bit integers are strings where the proto says so, and so is an id", async () => {
  const entity = texts.implement({
    commands: { setTexts: ({ oneInt64 }, { emit, entityId }) => emit.textsSet({ oneInt64, maybeUint64: entityId }) },
    events: {},
  });
  await using engine = await Engine.start({ store: memoryStore(), entities: [entity] });
  const sent = engine.entity(texts).get("42");
  const { state } = await sent.setTexts({ oneInt64: "-9223372036854775808" });
  expect(state).toMatchObject({ id: "42", oneInt64: "-9223372036854775808", maybeUint64: "42", oneSint64: "0" });
  await expect(sent.setTexts({ id: "43" })).rejects.toMatchObject({ code: "invalid_argument" });
  expect((await sent.setTexts({ id: "42" })).revision).toBe(2);
});

test("defaults, required fields and extensions of proto2 are kept", async () => {
  const part = create(PartSchema, { text: "x" });
  setExtension(part, note, "kept");
  const must = { mustMood: Mood.BAD, mustPart: part };
  const entity = legacy.implement({
    commands: { setLegacy: ({ $typeName, ...fields }, { emit }) => emit.legacySet(fields) },
    events: {},
  });
  const store = memoryStore();
  await using first = await Engine.start({ store, entities: [entity] });
  const scalars = Object.fromEntries(
    LegacySetSchema.fields.flatMap(({ localName }) =>
      localName.startsWith("must") ? [[localName, zero(localName)]] : [],
    ),
  );
  await first
    .entity(legacy)
    .get("1")
    .setLegacy({ ...scalars, ...must });
  await first.stop();
  await using second = await Engine.start({ store, entities: [entity] });
  const { state } = await second.state(legacy, "1");
  expect(state.defaultInt64).toBe(-9_223_372_036_854_775_808n);
  expect(state.defaultMood).toBe(Mood.BAD);
  expect(state.mustMood).toBe(Mood.BAD);
  expect(state.mustPart && getExtension(state.mustPart, note)).toBe("kept");
});

test("nested messages of one name belong to their own entities", async () => {
  const orders: OrderBehavior = {
    commands: {
      place: ({ article }, { emit, reject }) =>
        article === "" ? reject.refused({ why: "?" }) : emit.placed({ article }),
    },
    events: {},
  };
  const carts: CartBehavior = {
    commands: {
      place: ({ articles }, { emit, reject }) =>
        articles.length > 2 ? reject.refused({ limit: 2n }) : emit.placed({ articles }),
    },
    events: {},
  };
  await using engine = await Engine.start({
    store: memoryStore(),
    entities: [order.implement(orders), cart.implement(carts)],
  });
  expect((await engine.entity(order).get("1").place({ article: "pear" })).state.article).toBe("pear");
  expect(
    (
      await engine
        .entity(cart)
        .get("1")
        .place({ articles: ["pear"] })
    ).state.articles,
  ).toEqual(["pear"]);
  const outcome = await engine
    .entity(cart)
    .get("1")
    .place({ articles: ["a", "b", "c"] })
    .outcome();
  expect(outcome).toMatchObject({ case: "refused", rejection: { limit: 2n } });
});

test("an entity may be spread over files and packages that have equal names", async () => {
  const behavior: SpreadBehavior = {
    commands: {
      rename: ({ name, leaf }, { state, emit, reject }) => {
        if (state.closed) return reject.broken({ leaf: { text: "closed" } });
        if (state.name === name) return reject.renamed({ name });
        return emit.renamed({ name, ...(leaf ? { leaf } : {}) });
      },
      close: (_, { emit }) => emit.close(),
    },
    events: {
      close(_, state) {
        state.closed = true;
        state.leaves = [];
      },
    },
  };
  await using engine = await Engine.start({ store: memoryStore(), entities: [spread.implement(behavior)] });
  const sent = engine.entity(spread).get("1");
  await sent.rename({ name: "one", leaf: { text: "green" } });
  expect((await sent.rename({ name: "one" }).outcome()).case).toBe("renamed");
  expect((await sent.close()).state).toMatchObject({ name: "one", leaf: { text: "green" }, closed: true });
  expect(await sent.rename({ name: "two" }).outcome()).toMatchObject({
    case: "broken",
    rejection: { leaf: { text: "closed" } },
  });
});

function zero(name: string): unknown {
  if (name === "mustString") return "";
  if (name === "mustBytes") return new Uint8Array(0);
  if (name === "mustBool") return false;
  return /64$/.test(name) ? 0n : 0;
}
