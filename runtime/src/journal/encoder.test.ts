import { create, createFileRegistry, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encoderOf } from "./encoder.ts";

type Fields = { [name: string]: unknown };

/** The scalar types, each with values that its fields may have. */
const scalars: readonly (readonly [name: string, type: Type, values: fc.Arbitrary<unknown>])[] = [
  ["double", Type.DOUBLE, fc.double()],
  ["float", Type.FLOAT, fc.float()],
  ["int32", Type.INT32, fc.integer()],
  ["int64", Type.INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ["uint32", Type.UINT32, fc.nat({ max: 2 ** 32 - 1 })],
  ["uint64", Type.UINT64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ["sint32", Type.SINT32, fc.integer()],
  ["sint64", Type.SINT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ["fixed32", Type.FIXED32, fc.nat({ max: 2 ** 32 - 1 })],
  ["fixed64", Type.FIXED64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ["sfixed32", Type.SFIXED32, fc.integer()],
  ["sfixed64", Type.SFIXED64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ["bool", Type.BOOL, fc.boolean()],
  ["string", Type.STRING, fc.string({ unit: "binary", maxLength: 200 })],
  ["bytes", Type.BYTES, fc.uint8Array({ maxLength: 2_000 })],
  ["enum", Type.ENUM, fc.integer({ min: -1, max: 3 })],
];

const typeNameOf = (type: Type) => (type === Type.ENUM ? { typeName: ".test.Choice" } : {});

function fieldOf(name: string, number: number, type: Type, extra: object = {}): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    type,
    label: Label.OPTIONAL,
    ...typeNameOf(type),
    ...extra,
  });
}

const choice = create(EnumDescriptorProtoSchema, {
  name: "Choice",
  value: [
    { name: "NONE", number: 0 },
    { name: "ONE", number: 1 },
    { name: "MINUS", number: -1 },
  ],
});

function messageOf(syntax: "proto2" | "proto3", message: object): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: "test/encoder.proto",
    package: "test",
    syntax,
    enumType: [choice],
    messageType: [{ name: "Tested", ...message }],
  });
  const found = createFileRegistry(file, () => undefined).getMessage("test.Tested");
  if (!found) throw new Error("There is no message test.Tested");
  return found;
}

const entryOf = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}MapEntry`;

// The numbers of fields descend, and reach beyond a tag of one byte.
const numberOf = (index: number) => 40 - index;

/** Fields of all scalar types: without presence, with it, and as values of maps. */
const kinds: readonly (readonly [what: string, descriptor: DescMessage, fields: fc.Arbitrary<Fields>])[] = [
  [
    "without presence",
    messageOf("proto3", { field: scalars.map(([name, type], i) => fieldOf(`of_${name}`, numberOf(i), type)) }),
    recordOf((name) => `of${name[0]?.toUpperCase()}${name.slice(1)}`),
  ],
  [
    "with presence",
    messageOf("proto2", { field: scalars.map(([name, type], i) => fieldOf(`of_${name}`, numberOf(i), type)) }),
    recordOf((name) => `of${name[0]?.toUpperCase()}${name.slice(1)}`),
  ],
  [
    "in maps",
    messageOf("proto3", {
      field: scalars.map(([name], i) =>
        fieldOf(`${name}_map`, numberOf(i), Type.MESSAGE, {
          label: Label.REPEATED,
          typeName: `.test.Tested.${entryOf(name)}`,
        }),
      ),
      nestedType: scalars.map(([name, type]) => ({
        name: entryOf(name),
        field: [fieldOf("key", 1, Type.STRING), fieldOf("value", 2, type)],
        options: { mapEntry: true },
      })),
    }),
    recordOf(
      (name) => `${name}Map`,
      (values) => fc.dictionary(fc.string({ maxLength: 40 }), values, { maxKeys: 4 }),
    ),
  ],
];

function recordOf(
  nameOf: (name: string) => string,
  valuesOf: (values: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown> = (values) => values,
): fc.Arbitrary<Fields> {
  const fields = scalars.map(([name, , values]) => [nameOf(name), valuesOf(values)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

describe("the binary form of a message", () => {
  test.each(kinds)("with scalars %s is that of protobuf", (_, descriptor, values) => {
    fc.assert(
      fc.property(values, (fields) => {
        const message = create(descriptor, fields as never) as Message;

        expect(encoderOf(descriptor)(message)).toEqual(toBinary(descriptor, message));
      }),
      { numRuns: 300 },
    );
  });

  test.each(kinds)("stays as it was while others are encoded, with scalars %s", (_, descriptor, values) => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 2, maxLength: 20 }), (all) => {
        const messages = all.map((fields) => create(descriptor, fields as never) as Message);
        const encoded = messages.map(encoderOf(descriptor));

        expect(encoded).toEqual(messages.map((message) => toBinary(descriptor, message)));
      }),
      { numRuns: 50 },
    );
  });

  const [, scalarFields] = kinds[0] as (typeof kinds)[0];

  test("is that of protobuf for 64 bits that are numbers or texts, and for minus zero", () => {
    for (const value of [0, "0", -0, 7, "-7"]) {
      const message = create(scalarFields, { ofInt64: value, ofDouble: -0, ofFloat: -0, ofInt32: -0 } as never);

      expect(encoderOf(scalarFields)(message)).toEqual(toBinary(scalarFields, message));
    }
  });

  test("has the unknown fields", () => {
    const bytes = Uint8Array.of(0x98, 0x06, 0x01);
    const message = fromBinary(scalarFields, bytes);

    expect(encoderOf(scalarFields)(message)).toEqual(bytes);
  });

  test("keeps what is set to the default, and takes no default from the prototype", () => {
    const descriptor = messageOf("proto2", { field: [fieldOf("text", 1, Type.STRING, { defaultValue: "none" })] });
    const encode = encoderOf(descriptor);

    expect(encode(create(descriptor))).toEqual(new Uint8Array(0));
    expect(fromBinary(descriptor, encode(create(descriptor, { text: "none" } as never)))).toHaveProperty(
      "text",
      "none",
    );
  });

  test("of one with a required field is that of protobuf", () => {
    const descriptor = messageOf("proto2", { field: [fieldOf("text", 1, Type.STRING, { label: Label.REQUIRED })] });

    expect(() => encoderOf(descriptor)(create(descriptor))).toThrow("required field not set");
  });

  test.each<[what: string, fields: Fields, failure: string]>([
    ["a text where a number belongs", { ofInt32: "x" }, "test.Tested.of_int32"],
    ["a number out of range", { ofUint32: -1 }, "test.Tested.of_uint32"],
    ["nothing", { ofInt64: undefined }, "test.Tested.of_int64"],
    ["an object that encodes another message before it throws", { ofInt64: encodingValue() }, "not a number"],
  ])("fails as protobuf does for %s, and the next one is right", (_, fields, failure) => {
    const encode = encoderOf(scalarFields);
    const broken = Object.assign(create(scalarFields, { ofDouble: 1.5 } as never), fields) as Message;
    const next = create(scalarFields, { ofBool: true } as never);

    expect(() => encode(broken)).toThrow(failure);
    expect(encode(next)).toEqual(toBinary(scalarFields, next));
  });

  test("of an object that encodes another message meanwhile is not mixed with it", () => {
    const inner = create(scalarFields, { ofString: "inner" } as never);
    const value = { [Symbol.toPrimitive]: () => encoderOf(scalarFields)(inner).length };
    const message = Object.assign(create(scalarFields, { ofDouble: 1.5 } as never), { ofInt64: value }) as Message;

    expect(encoderOf(scalarFields)(message)).toEqual(toBinary(scalarFields, message));
  });

  test("refuses a message of another kind, as protobuf does", () => {
    const other = { ...create(scalarFields), $typeName: "test.Other" } as Message;

    expect(() => encoderOf(scalarFields)(other)).toThrow("test.Other");
  });
});

function encodingValue(): object {
  return {
    [Symbol.toPrimitive]: () => {
      const [, descriptor] = kinds[0] as (typeof kinds)[0];
      encoderOf(descriptor)(create(descriptor, { ofString: "inner" } as never));
      throw new TypeError("not a number");
    },
  };
}
