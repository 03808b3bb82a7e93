import type { MessageInitShape } from "@bufbuild/protobuf";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_timestamp,
} from "@bufbuild/protobuf/wkt";
import type { EntityTable } from "../../codegen/entity.ts";

// A schema with one field of every kind, made here: a .proto would need generated code that only tests use.

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;

/** What compilers of protobuf fill in. */
function complete(fields: readonly FieldInit[]): FieldInit[] {
  return fields.map((field, index) => ({
    label: OPTIONAL,
    number: index + 1,
    jsonName: (field.name ?? "").replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    ...field,
  }));
}

const scalars = Object.entries(FieldDescriptorProto_Type).filter(
  (entry): entry is [string, FieldDescriptorProto_Type] =>
    typeof entry[1] === "number" && !["GROUP", "MESSAGE", "ENUM"].includes(entry[0]),
);

/** Names of the scalar fields of `Kinds`, as `int64`; each has a sibling with presence, as `maybeInt64`. */
export const scalarNames: readonly string[] = scalars.map(([name]) => name.toLowerCase());

const fields = complete([
  { name: "id", type: FieldDescriptorProto_Type.STRING },
  ...scalars.map(([name, type]) => ({ name: name.toLowerCase(), type })),
  ...scalars.map(([name, type], index) => ({
    name: `maybe_${name.toLowerCase()}`,
    type,
    proto3Optional: true,
    oneofIndex: index + 1,
  })),
  { name: "color", type: FieldDescriptorProto_Type.ENUM, typeName: ".test.Color" },
  { name: "part", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".test.Part" },
  { name: "parts", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".test.Part", label: REPEATED },
  { name: "numbers", type: FieldDescriptorProto_Type.DOUBLE, label: REPEATED },
  { name: "by_name", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".test.Kinds.ByNameEntry", label: REPEATED },
  { name: "chosen_text", type: FieldDescriptorProto_Type.STRING, oneofIndex: 0 },
  { name: "chosen_number", type: FieldDescriptorProto_Type.INT64, oneofIndex: 0 },
  { name: "chosen_part", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".test.Part", oneofIndex: 0 },
  { name: "happened_at", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".google.protobuf.Timestamp" },
  { name: "times", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".google.protobuf.Timestamp", label: REPEATED },
]);

const file = create(FileDescriptorProtoSchema, {
  name: "test/kinds.proto",
  package: "test",
  syntax: "proto3",
  dependency: [file_google_protobuf_timestamp.proto.name],
  enumType: [
    {
      name: "Color",
      value: [
        { name: "COLOR_UNSPECIFIED", number: 0 },
        { name: "COLOR_RED", number: 1 },
      ],
    },
  ],
  messageType: [
    {
      name: "Kinds",
      field: fields,
      oneofDecl: [{ name: "choice" }, ...scalars.map(([name]) => ({ name: `_maybe_${name.toLowerCase()}` }))],
      nestedType: [
        {
          name: "ByNameEntry",
          options: { mapEntry: true },
          field: complete([
            { name: "key", type: FieldDescriptorProto_Type.STRING },
            { name: "value", type: FieldDescriptorProto_Type.MESSAGE, typeName: ".test.Part" },
          ]),
        },
      ],
    },
    {
      name: "Part",
      field: complete([
        { name: "title", type: FieldDescriptorProto_Type.STRING },
        { name: "weight", type: FieldDescriptorProto_Type.DOUBLE },
        { name: "count", type: FieldDescriptorProto_Type.UINT64 },
        { name: "raw", type: FieldDescriptorProto_Type.BYTES },
      ]),
    },
    ...scalars
      .filter(([name]) => name.includes("INT") || name.includes("FIXED"))
      .map(([name, type]) => ({
        name: `By_${name.toLowerCase()}`,
        field: complete([
          { name: "id", type },
          { name: "title", type: FieldDescriptorProto_Type.STRING },
        ]),
      })),
  ],
});

const registry = createFileRegistry(file, () => file_google_protobuf_timestamp);

function message(name: string): DescMessage {
  const found = registry.getMessage(`test.${name}`);
  if (found === undefined) throw new Error(`no message ${name}`);
  return found;
}

/** A message with a field of every kind. */
export const Kinds: DescMessage = message("Kinds");

/** A durable entity of a message, in a table whose columns have the names of the fields. */
export function tableEntity(
  descriptor: DescMessage,
  name: string,
  columns: Readonly<Record<string, string>> = columnsOf(descriptor),
): EntityTable {
  return {
    seam: 1,
    kind: "durable",
    name,
    state: descriptor,
    id: "id",
    commands: {},
    table: { seam: 1, name: `${name}s`, kind: "state", message: descriptor, key: ["id"], columns },
  };
}

/** A durable entity of a message, kept as bytes. */
export function bytesEntity(descriptor: DescMessage, name: string): EntityTable {
  return { seam: 1, kind: "durable", name, state: descriptor, id: "id", commands: {} };
}

/** A message with an integer id of a type, as `int64`. */
export function idMessage(type: string): DescMessage {
  return message(`By_${type}`);
}

function columnsOf(descriptor: DescMessage): Record<string, string> {
  return Object.fromEntries(descriptor.fields.map((field) => [field.localName, field.name]));
}
