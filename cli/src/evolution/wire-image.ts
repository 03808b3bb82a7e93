import {
  type DescField,
  type DescMessage,
  Edition,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type ImageFile,
  writeImage,
} from "@ego/protoc-gen-ego/model";
import { type NumberedField, numberedFields, numberedValues, reservedRanges, type Side } from "./wire-numbers.ts";
import { type EnumPair, isKnown, keyOf, type MessagePair, pairKey, type WirePair } from "./wire-pairs.ts";
import { isUnchanged } from "./wire-same.ts";

/** Two images for buf to compare. */
export interface WireImages {
  readonly was: Uint8Array;
  readonly is: Uint8Array;
}

type MessageInit = NonNullable<ImageFile["messageType"]>[number];
type FieldInit = NonNullable<MessageInit["field"]>[number];
type EnumInit = NonNullable<ImageFile["enumType"]>[number];

/**
 * Makes the images: the pair at index n is called `Pair<n>` in both, whatever its two sides are called; buf compares what
 * has the same name. No name of the project is in them. Everything says its features itself, so that proto2, proto3 and
 * editions can be compared with each other. Messages that are as they were are left out: of a large project, a change
 * touches few.
 */
export function wireImages(pairs: readonly WirePair[]): WireImages {
  const changed = [...pairs.entries()].filter(([, pair]) => !isUnchanged(pair));
  const indexes = new Map(changed.map(([index, pair]) => [keyOf(pair), index]));
  return { was: image(changed, indexes, "was"), is: image(changed, indexes, "is") };
}

/** What buf says is about which pair and, if it is about the values of a map, about which field: the reverse of the names. */
export function pairIn(text: string): { readonly index: number; readonly map?: number } | undefined {
  const [, index, map] = /"Pair(\d+)(?:Map(\d+)Entry)?"/i.exec(text) ?? [];
  if (index === undefined) return undefined;
  return { index: Number(index), ...(map === undefined ? {} : { map: Number(map) }) };
}

type Indexes = ReadonlyMap<string, number>;

function image(pairs: readonly (readonly [number, WirePair])[], indexes: Indexes, side: Side): Uint8Array {
  const opaque = new Set<string>();
  const messageType: MessageInit[] = [];
  const enumType: EnumInit[] = [];
  for (const [index, pair] of pairs) {
    if (pair.kind === "enum") enumType.push(enumProto(pair, index, side));
    else messageType.push(messageProto(pair, index, side, indexes, opaque));
  }
  messageType.push(...[...opaque].map((name) => ({ name })));
  return writeImage([
    { name: "pairs.proto", syntax: "editions", edition: Edition.EDITION_2023, messageType, enumType },
  ]);
}

function messageProto(
  pair: MessagePair,
  index: number,
  side: Side,
  indexes: Indexes,
  opaque: Set<string>,
): MessageInit {
  const oneofs = oneofNames(pair, side);
  const nestedType: MessageInit[] = [];
  const field = numberedFields(pair, side).map((numbered): FieldInit => {
    const { number, field } = numbered;
    const type = typeOf(pair, numbered, indexes, opaque);
    if (field.fieldKind === "map") {
      // Which name the entries have follows from that of the field.
      const name = `Pair${index}map${number}Entry`;
      nestedType.push(mapEntry(name, field, type));
      const typeName = `.Pair${index}.${name}`;
      return { name: `pair${index}map${number}`, number, ...label.repeated, type: messageType, typeName };
    }
    const named = { name: `field${number}`, number, ...type, ...encodingOf(field) };
    if (field.fieldKind === "list") return { ...named, ...label.repeated };
    const oneofIndex = field.oneof ? [...oneofs.keys()].indexOf(field.oneof.name) : -1;
    const oneof = oneofIndex < 0 ? {} : { oneofIndex };
    return { ...named, ...label.optional, ...oneof, ...presenceOf(field), ...defaultOf(field) };
  });
  return {
    name: `Pair${index}`,
    field,
    nestedType,
    oneofDecl: [...oneofs.values()].map((name) => ({ name })),
    // Columns with JSON are found by their own names.
    reservedRange:
      pair.fields && pair.form === "json"
        ? []
        : reservedRanges(pair, side).map(({ first, last }) => ({ start: first, end: last + 1 })),
  };
}

const messageType = FieldDescriptorProto_Type.MESSAGE;
const label = {
  repeated: { label: FieldDescriptorProto_Label.REPEATED },
  optional: { label: FieldDescriptorProto_Label.OPTIONAL },
} as const;

type TypeInit = Pick<FieldInit, "type" | "typeName">;

/** A reference to the pair, or to what stands for a type that has none, as one that is unchanged. */
function typeOf(
  { form }: MessagePair,
  { field, pair: { was, is } }: NumberedField,
  indexes: Indexes,
  opaque: Set<string>,
): TypeInit {
  if (field.message) {
    const index = was?.message && is?.message && indexes.get(pairKey(form, was.message, is.message));
    return { type: messageType, typeName: index === undefined ? other(field.message, opaque) : `.Pair${index}` };
  }
  if (field.enum) {
    const index = was?.enum && is?.enum && indexes.get(pairKey(form, was.enum, is.enum));
    // To the binary form, an enum is an integer.
    if (index === undefined) return { type: FieldDescriptorProto_Type.INT32 };
    return { type: FieldDescriptorProto_Type.ENUM, typeName: `.Pair${index}` };
  }
  return { type: field.scalar as number as FieldDescriptorProto_Type };
}

function other(message: DescMessage, opaque: Set<string>): string {
  const name = isKnown(message) ? message.typeName.replaceAll(".", "_") : "Other";
  opaque.add(name);
  return `.${name}`;
}

function mapEntry(name: string, { mapKey }: DescField & { fieldKind: "map" }, type: TypeInit): MessageInit {
  return {
    name,
    field: [
      { name: "key", number: 1, ...label.optional, type: mapKey as number as FieldDescriptorProto_Type },
      { name: "value", number: 2, ...label.optional, ...type },
    ],
    options: { mapEntry: true },
  };
}

/** The names of oneofs do not matter: one that shares a field with one of before has its name. */
function oneofNames({ was, is }: MessagePair, side: Side): ReadonlyMap<string, string> {
  if (side === "was") return new Map(was.oneofs.map(({ name }, index) => [name, `oneof${index}`]));
  return new Map(
    is.oneofs.map(({ name, fields }, index) => {
      const shared = fields.map(({ number }) => was.fields.find((old) => old.number === number)?.oneof);
      const old = was.oneofs.findIndex((oneof) => shared.includes(oneof));
      return [name, old < 0 ? `new${index}` : `oneof${old}`];
    }),
  );
}

function presenceOf({ presence, oneof, message }: DescField): Pick<FieldInit, "options"> {
  if (oneof || message || presence === FeatureSet_FieldPresence.EXPLICIT) return {};
  return { options: { features: { fieldPresence: presence } } };
}

function encodingOf(field: DescField): Pick<FieldInit, "options"> {
  if (!("delimitedEncoding" in field) || !field.delimitedEncoding) return {};
  return { options: { features: { messageEncoding: FeatureSet_MessageEncoding.DELIMITED } } };
}

function defaultOf({ proto, enum: values }: DescField): Pick<FieldInit, "defaultValue"> {
  // The default of an enum is the name of a value, which may have been renamed.
  return proto.defaultValue === "" || values ? {} : { defaultValue: proto.defaultValue };
}

function enumProto(pair: EnumPair, index: number, side: Side): EnumInit {
  const numbers = [...numberedValues(pair, side).keys()];
  return {
    name: `Pair${index}`,
    // Values stand beside their enum. The first value of an open enum is zero, which JSON does not use.
    value: (pair.form === "json" ? [0, ...numbers] : numbers).map((number) => ({
      name: `PAIR${index}_VALUE${number}`.replace("-", "_"),
      number,
    })),
    options: { features: { enumType: pair[side].open ? FeatureSet_EnumType.OPEN : FeatureSet_EnumType.CLOSED } },
    reservedRange: reservedRanges(pair, side).map(({ first, last }) => ({ start: first, end: last })),
  };
}
