import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProtoSchema,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import {
  type EnumPair,
  enumNames,
  type FieldPair,
  type Form,
  fieldPairs,
  isKnown,
  type MessagePair,
  pairKey,
  type WirePair,
} from "./wire-pairs.ts";

/** Two images for buf to compare. The pair at index n is on line n + 1 of both. */
export interface WireImages {
  readonly was: Uint8Array;
  readonly is: Uint8Array;
}

type Side = "was" | "is";
type MessageInit = MessageInitShape<typeof DescriptorProtoSchema>;
type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type EnumInit = MessageInitShape<typeof EnumDescriptorProtoSchema>;

/**
 * Makes the images: all pairs in one file, each pair under one name in both, whatever its two sides are called. buf
 * compares what has the same name. Everything says its features itself, so that proto2, proto3 and editions can be
 * compared with each other.
 */
export function wireImages(pairs: readonly WirePair[]): WireImages {
  const indexes = new Map(pairs.map(({ form, was, is }, index) => [pairKey(form, was, is), index]));
  return { was: image(pairs, indexes, "was"), is: image(pairs, indexes, "is") };
}

/** What buf points at of a field or a value: itself, or one of the fields of its descriptor. */
const parts = [[], ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((part) => [part])];

function image(pairs: readonly WirePair[], indexes: ReadonlyMap<string, number>, side: Side): Uint8Array {
  const opaque = new Set<string>();
  const messageType: MessageInit[] = [];
  const enumType: EnumInit[] = [];
  const location: { path: number[]; span: number[] }[] = [];
  const locate = (index: number, ...path: number[]) => location.push({ path, span: [index, 0, 1] });
  for (const [index, pair] of pairs.entries()) {
    if (pair.kind === "enum") {
      const proto = enumProto(pair, index, side);
      const path = [5, enumType.push(proto) - 1];
      locate(index, ...path);
      for (const value of proto.value?.keys() ?? [])
        for (const part of parts) locate(index, ...path, 2, value, ...part);
    } else {
      const proto = messageProto(pair, index, side, indexes, opaque);
      const path = [4, messageType.push(proto) - 1];
      locate(index, ...path);
      for (const field of proto.field?.keys() ?? [])
        for (const part of parts) locate(index, ...path, 2, field, ...part);
    }
  }
  messageType.push(...[...opaque].map((name) => ({ name })));
  const set = create(FileDescriptorSetSchema, {
    file: [
      {
        name: "stored.proto",
        syntax: "editions",
        edition: Edition.EDITION_2023,
        messageType,
        enumType,
        sourceCodeInfo: { location },
      },
    ],
  });
  return toBinary(FileDescriptorSetSchema, set);
}

function messageProto(
  pair: MessagePair,
  index: number,
  side: Side,
  indexes: ReadonlyMap<string, number>,
  opaque: Set<string>,
): MessageInit {
  const desc = pair[side];
  const oneofs = oneofNames(pair, side);
  const field: FieldInit[] = [];
  const nestedType: MessageInit[] = [];
  for (const [place, fields] of fieldPairs(pair).entries()) {
    const own = fields[side];
    if (own === undefined) continue;
    // What JSON finds by name has the same number on both sides if it has the same name.
    const number = pair.form === "binary" ? own.number : place + 1;
    const type = typeOf(pair, fields, own, indexes, opaque);
    const named = { name: own.name, jsonName: own.jsonName, number };
    if (own.fieldKind === "map") {
      const name = `Entry${number}`;
      nestedType.push(mapEntry(name, own, type));
      field.push({
        ...named,
        ...label.repeated,
        type: FieldDescriptorProto_Type.MESSAGE,
        typeName: `.M${index}.${name}`,
      });
    } else if (own.fieldKind === "list") field.push({ ...named, ...label.repeated, ...type, ...encodingOf(own) });
    else {
      const oneofIndex = own.oneof ? [...oneofs.keys()].indexOf(own.oneof.name) : -1;
      const oneof = oneofIndex < 0 ? {} : { oneofIndex };
      field.push({
        ...named,
        ...label.optional,
        ...type,
        ...oneof,
        ...presenceOf(own),
        ...encodingOf(own),
        ...defaultOf(own),
      });
    }
  }
  return {
    name: `M${index}`,
    field,
    nestedType,
    oneofDecl: [...oneofs.values()].map((name) => ({ name })),
    ...(pair.fields ? {} : reservedOf(pair.form, desc)),
  };
}

const label = {
  repeated: { label: FieldDescriptorProto_Label.REPEATED },
  optional: { label: FieldDescriptorProto_Label.OPTIONAL },
} as const;

/** A reference to the pair, or what stands for a type that has none there, and is named as itself. */
function typeOf(
  { form }: MessagePair,
  { was, is }: FieldPair,
  own: DescField,
  indexes: ReadonlyMap<string, number>,
  opaque: Set<string>,
): Pick<FieldInit, "type" | "typeName"> {
  const { message, enum: values } = own;
  if (message) {
    const index = was?.message && is?.message ? indexes.get(pairKey(form, was.message, is.message)) : undefined;
    return {
      type: FieldDescriptorProto_Type.MESSAGE,
      typeName: index === undefined ? other(message, opaque) : `.M${index}`,
    };
  }
  if (values) {
    const index = was?.enum && is?.enum ? indexes.get(pairKey(form, was.enum, is.enum)) : undefined;
    // An enum is an integer in the binary form.
    return index === undefined
      ? { type: FieldDescriptorProto_Type.INT32 }
      : { type: FieldDescriptorProto_Type.ENUM, typeName: `.E${index}_` };
  }
  return { type: own.scalar as number as FieldDescriptorProto_Type };
}

function other(message: DescMessage, opaque: Set<string>): string {
  const name = isKnown(message) ? message.typeName.replaceAll(".", "_") : "other";
  opaque.add(name);
  return `.${name}`;
}

function mapEntry(
  name: string,
  { mapKey }: DescField & { fieldKind: "map" },
  type: Pick<FieldInit, "type" | "typeName">,
): MessageInit {
  return {
    name,
    field: [
      { name: "key", number: 1, ...label.optional, type: mapKey as number as FieldDescriptorProto_Type },
      { name: "value", number: 2, ...label.optional, ...type },
    ],
    options: { mapEntry: true },
  };
}

/** The names of oneofs do not matter: those that share a field have the name of before. */
function oneofNames({ was, is }: MessagePair, side: Side): ReadonlyMap<string, string> {
  if (side === "was") return new Map(was.oneofs.map(({ name }) => [name, name]));
  return new Map(
    is.oneofs.map(({ name, fields }) => {
      const shared = fields.map(({ number }) => was.fields.find((old) => old.number === number)?.oneof?.name);
      return [name, shared.find((one) => one !== undefined) ?? `${name}_`];
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

function reservedOf(form: Form, { proto }: DescMessage): MessageInit {
  if (form === "json") return { reservedName: [...proto.reservedName] };
  return { reservedRange: proto.reservedRange.map(({ start, end }) => ({ start, end })) };
}

function enumProto(pair: EnumPair, index: number, side: Side): EnumInit {
  const desc: DescEnum = pair[side];
  const binary = pair.form === "binary";
  const names = enumNames(pair);
  const values = new Map(desc.values.map(({ name, number }) => [binary ? number : names.indexOf(name) + 1, name]));
  // The first value of an open enum is zero.
  const zero = binary ? [] : [{ name: `E${index}`, number: 0 }];
  // Values stand beside their enum, as far as names are concerned.
  const named = (name: string) => `E${index}_${name}`;
  return {
    name: `E${index}_`,
    value: [...zero, ...[...values].map(([number, name]) => ({ name: named(name), number }))],
    options: { features: { enumType: desc.open ? FeatureSet_EnumType.OPEN : FeatureSet_EnumType.CLOSED } },
    ...(binary
      ? { reservedRange: desc.proto.reservedRange.map(({ start, end }) => ({ start, end })) }
      : { reservedName: desc.proto.reservedName.map(named) }),
  };
}
