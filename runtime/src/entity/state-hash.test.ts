import { create, createFileRegistry, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  FeatureSet_FieldPresence,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { AccountSchema } from "../../../examples/bank/src/gen/bank/v1/account_pb.ts";
import { stateHashOf } from "./state-hash.ts";

const type = FieldDescriptorProto_Type;
const optional = FieldDescriptorProto_Label.OPTIONAL;
const repeated = FieldDescriptorProto_Label.REPEATED;

type Message = MessageInitShape<typeof DescriptorProtoSchema>;
type Field = NonNullable<Message["field"]>[number];

const string = (name: string, number: number, more: Field = {}): Field => ({
  name,
  number,
  label: optional,
  type: type.STRING,
  ...more,
});

const item: Message = { name: "Item", field: [string("sku", 1), string("parent", 2)] };

/** The hash of the first of some messages. */
function hashOf(messages: readonly Message[], more: MessageInitShape<typeof FileDescriptorProtoSchema> = {}): string {
  const file = create(FileDescriptorProtoSchema, {
    name: "state.proto",
    package: "p",
    syntax: "proto3",
    messageType: [...messages],
    ...more,
  });
  const descriptor = createFileRegistry(file, () => undefined).getMessage(
    `${more.package ?? "p"}.${messages[0]?.name}`,
  );
  return stateHashOf(descriptor ?? expect.fail("no such message"), 1);
}

const plain = [string("id", 1), string("owner", 2)];
const of = (...field: Field[]): string => hashOf([{ name: "State", field }, item]);

test("a hash is written down once: snapshots that exist depend on it", () => {
  expect(stateHashOf(AccountSchema, 1)).toBe("73fecde8494bbfa6");
  expect(stateHashOf(AccountSchema, 2)).not.toBe(stateHashOf(AccountSchema, 1));
});

test("what does not change the bytes does not change the hash: names, and the order in the file", () => {
  const hash = of(...plain);
  expect(of(string("id", 1), string("holder", 2))).toBe(hash);
  expect(of(string("owner", 2), string("id", 1))).toBe(hash);
  expect(hashOf([{ name: "Renamed", field: plain }])).toBe(hash);
  expect(hashOf([{ name: "State", field: plain }], { package: "q.v2" })).toBe(hash);
  const nested = (name: string) => [
    { name: "State", field: [string("item", 1, { type: type.MESSAGE, typeName: `.p.${name}` })] },
    { ...item, name },
  ];
  expect(hashOf(nested("Thing"))).toBe(hashOf(nested("Item")));
});

const oneof = { oneofDecl: [{ name: "which" }] };
const entry = (valueType: FieldDescriptorProto_Type): Message => ({
  name: "State",
  field: [string("all", 1, { label: repeated, type: type.MESSAGE, typeName: ".p.State.AllEntry" })],
  nestedType: [
    {
      name: "AllEntry",
      options: { mapEntry: true },
      field: [string("key", 1), string("value", 2, { type: valueType })],
    },
  ],
});
const enumOf = (closed: boolean, ...numbers: number[]): string =>
  hashOf([{ name: "State", field: [string("color", 1, { type: type.ENUM, typeName: ".p.Color" })] }], {
    syntax: closed ? "proto2" : "proto3",
    enumType: [{ name: "Color", value: numbers.map((number) => ({ name: `C${number}`, number })) }],
  });

test("what changes the bytes, or what they mean, changes the hash", () => {
  const hashes = {
    plain: of(...plain),
    "a field more": of(...plain, string("email", 3)),
    "a field less": of(string("id", 1)),
    "another number": of(string("id", 1), string("owner", 3)),
    "another type": of(string("id", 1), string("owner", 2, { type: type.BYTES })),
    "another integer": of(string("id", 1), string("owner", 2, { type: type.INT64 })),
    "one that is zigzag": of(string("id", 1), string("owner", 2, { type: type.SINT64 })),
    repeated: of(string("id", 1), string("owner", 2, { label: repeated })),
    "a message": of(string("id", 1), string("owner", 2, { type: type.MESSAGE, typeName: ".p.Item" })),
    messages: of(string("id", 1), string("owner", 2, { label: repeated, type: type.MESSAGE, typeName: ".p.Item" })),
    "in a oneof": hashOf([
      { name: "State", field: [string("id", 1), string("owner", 2, { oneofIndex: 0 })], ...oneof },
    ]),
    "not set told from empty": hashOf([
      {
        name: "State",
        field: [string("id", 1), string("owner", 2, { proto3Optional: true, oneofIndex: 0 })],
        oneofDecl: [{ name: "_owner" }],
      },
    ]),
    "a map of texts": hashOf([entry(type.STRING)]),
    "a map of numbers": hashOf([entry(type.INT32)]),
    "an open enum": enumOf(false, 0, 1),
    "a closed enum": enumOf(true, 0, 1),
    "a closed enum with more": enumOf(true, 0, 1, 2),
    "a group": hashOf(
      [{ name: "State", field: [string("item", 1, { type: type.GROUP, typeName: ".p.Item" })] }, item],
      { syntax: "proto2" },
    ),
    "what a group has": hashOf(
      [{ name: "State", field: [string("item", 1, { type: type.MESSAGE, typeName: ".p.Item" })] }, item],
      { syntax: "proto2" },
    ),
    "a default": hashOf([{ name: "State", field: [string("id", 1, { defaultValue: "x" })] }], { syntax: "proto2" }),
  };
  const texts = Object.values(hashes);
  expect(new Set(texts).size).toBe(texts.length);
  for (const hash of texts) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  // New values of an open enum are numbers like those that are there.
  expect(enumOf(false, 0, 1, 2)).toBe(hashes["an open enum"]);
});

test("a change in a nested message, however deep, changes the hash; one that contains itself has one", () => {
  const tree = (leaf: FieldDescriptorProto_Type): string =>
    hashOf([
      { name: "State", field: [string("root", 1, { type: type.MESSAGE, typeName: ".p.Node" })] },
      {
        name: "Node",
        field: [
          string("left", 1, { type: type.MESSAGE, typeName: ".p.Node" }),
          string("leaf", 2, { type: type.MESSAGE, typeName: ".p.Leaf" }),
        ],
      },
      { name: "Leaf", field: [string("value", 1, { type: leaf })] },
    ]);
  expect(tree(type.STRING)).not.toBe(tree(type.BYTES));
  expect(tree(type.STRING)).toBe(tree(type.STRING));
});

test("editions: presence by a feature counts as that of a keyword does", () => {
  const inEdition = (presence: FeatureSet_FieldPresence) =>
    hashOf([{ name: "State", field: [string("id", 1, { options: { features: { fieldPresence: presence } } })] }], {
      syntax: "editions",
      edition: 1000,
    });
  expect(inEdition(FeatureSet_FieldPresence.EXPLICIT)).not.toBe(inEdition(FeatureSet_FieldPresence.IMPLICIT));
  expect(inEdition(FeatureSet_FieldPresence.IMPLICIT)).toBe(hashOf([{ name: "State", field: [string("id", 1)] }]));
});
