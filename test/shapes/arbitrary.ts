import type { DescEnum, DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import fc, { type Arbitrary } from "fast-check";

/** What the messages are for. */
export interface Purpose {
  /** They must have a JSON form, as what is kept in a column: no `Any`, whose content nobody may know. */
  readonly json: boolean;
}

type Fields = { readonly [name: string]: unknown };

/** The fields of any message of a kind, as `create` takes them; each may be missing, and some are extreme. */
export function fieldsOf(descriptor: DescMessage, purpose: Purpose, depth = 0): Arbitrary<Fields> {
  const known = wellKnown.get(descriptor.typeName);
  if (known) return known;
  const members: { [name: string]: Arbitrary<unknown> } = {};
  const required: string[] = [];
  for (const member of descriptor.members) {
    const value = memberOf(member, purpose, depth);
    if (value === undefined) continue;
    members[member.localName] = value;
    if (isRequired(member)) required.push(member.localName);
  }
  return fc.record(members, { requiredKeys: required }) as Arbitrary<Fields>;
}

function memberOf(member: DescField | DescOneof, purpose: Purpose, depth: number): Arbitrary<unknown> | undefined {
  if (member.kind === "field") return fieldOf(member, purpose, depth);
  const cases = member.fields.flatMap((field) => {
    const value = fieldOf(field, purpose, depth);
    return value ? [value.map((chosen) => ({ case: field.localName, value: chosen }))] : [];
  });
  return cases.length === 0 ? undefined : fc.oneof(...cases);
}

function isRequired(member: DescField | DescOneof): boolean {
  return member.kind === "field" && member.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

const maxDepth = 3;

/** Undefined where a message goes too deep, or is not of use. */
function fieldOf(field: DescField, purpose: Purpose, depth: number): Arbitrary<unknown> | undefined {
  const element = (): Arbitrary<unknown> | undefined => {
    if (field.message) return messageOf(field, field.message, purpose, depth);
    if (field.enum) return enumOf(field.enum);
    const { scalar } = field;
    if (scalar === undefined) return undefined;
    return "longAsString" in field && field.longAsString ? scalarOf(scalar).map(String) : scalarOf(scalar);
  };
  const one = element();
  if (one === undefined) return undefined;
  if (field.fieldKind === "list") return fc.array(one, { maxLength: 3 });
  if (field.fieldKind !== "map") return one;
  const key = scalarOf(field.mapKey).map(String);
  return fc.dictionary(key, one, { maxKeys: 3, noNullPrototype: true });
}

function messageOf(field: DescField, message: DescMessage, purpose: Purpose, depth: number) {
  if (purpose.json && message.typeName === "google.protobuf.Any") return undefined;
  if (depth === maxDepth && !isRequired(field)) return undefined;
  // protobuf-es has scalars for wrappers, where they are alone and in no oneof, and JSON for every Struct.
  if (message.typeName === "google.protobuf.Struct") return json;
  const [value] = message.fields;
  if (value?.scalar !== undefined && message.typeName.endsWith("Value") && isWrapper(message)) {
    const alone = field.fieldKind === "message" && !field.oneof;
    return alone ? scalarOf(value.scalar) : fc.record({ value: scalarOf(value.scalar) });
  }
  return fieldsOf(message, purpose, depth + 1);
}

function isWrapper({ file }: DescMessage): boolean {
  return file.proto.name === "google/protobuf/wrappers.proto";
}

function enumOf({ typeName, values, open }: DescEnum): Arbitrary<number> {
  const known = fc.constantFrom(...values.map(({ number }) => number));
  // The JSON form of NullValue is null, whatever its number.
  return open && typeName !== "google.protobuf.NullValue" ? fc.oneof(known, fc.integer()) : known;
}

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom("__proto__", "constructor", ""));
const bytes = fc.uint8Array({ maxLength: 8 });
const signed64 = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n));
const unsigned64 = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2n ** 64n - 1n, 0n));

function scalarOf(type: ScalarType): Arbitrary<string | number | bigint | boolean | Uint8Array> {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return bytes;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat({ max: 2 ** 31 - 1 }).map((number) => number * 2 + 1);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return signed64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return unsigned64;
    default:
      return fc.integer();
  }
}

// What JSON of protobuf can say: no NaN, no lone surrogates, no half of a second before the other half.
const json: Arbitrary<Fields> = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const value = fc.oneof(
  fc.constant({ kind: { case: "nullValue", value: 0 } }),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((number) => ({ kind: { case: "numberValue", value: number } })),
  text.map((string) => ({ kind: { case: "stringValue", value: string } })),
  fc.boolean().map((bool) => ({ kind: { case: "boolValue", value: bool } })),
  json.map((struct) => ({ kind: { case: "structValue", value: struct } })),
);
const wellKnown: ReadonlyMap<string, Arbitrary<Fields>> = new Map<string, Arbitrary<Fields>>([
  [
    "google.protobuf.Timestamp",
    fc.record({
      seconds: fc.bigInt(-62_135_596_800n, 253_402_300_799n),
      nanos: fc.nat({ max: 999_999_999 }),
    }),
  ],
  [
    "google.protobuf.Duration",
    fc
      .tuple(fc.bigInt(0n, 315_576_000_000n), fc.nat({ max: 999_999_999 }), fc.boolean())
      .map(([seconds, nanos, back]) => (back ? { seconds: -seconds, nanos: -nanos } : { seconds, nanos })),
  ],
  [
    "google.protobuf.FieldMask",
    fc.record({ paths: fc.array(fc.constantFrom("a", "some_field", "deep.some_field"), { maxLength: 3 }) }),
  ],
  ["google.protobuf.Any", fc.record({ typeUrl: fc.constant("type.googleapis.com/shapes.Unknown"), value: bytes })],
  ["google.protobuf.Value", value],
  ["google.protobuf.ListValue", fc.record({ values: fc.array(value, { maxLength: 3 }) })],
]);
