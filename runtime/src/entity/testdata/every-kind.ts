import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

type Extra = { readonly typeName?: string; readonly repeated?: boolean; readonly oneofIndex?: number };

function field(name: string, number: number, type: Type, { repeated, ...rest }: Extra = {}): FieldDescriptorProto {
  const label = repeated ? Label.REPEATED : Label.OPTIONAL;
  return create(FieldDescriptorProtoSchema, { name, number, type, label, ...rest });
}

const nested = { typeName: ".test.Every" };
const entry = (name: string, value: FieldDescriptorProto) => ({
  name,
  field: [field("key", 1, Type.STRING), value],
  options: { mapEntry: true },
});

const file = create(FileDescriptorProtoSchema, {
  name: "test/every.proto",
  package: "test",
  syntax: "proto3",
  dependency: [file_google_protobuf_struct.proto.name, file_google_protobuf_wrappers.proto.name],
  messageType: [
    {
      name: "Every",
      field: [
        field("text", 1, Type.STRING),
        field("number", 2, Type.INT32),
        field("big", 3, Type.INT64),
        field("bytes", 4, Type.BYTES),
        field("self", 5, Type.MESSAGE, nested),
        field("texts", 6, Type.STRING, { repeated: true }),
        field("many_bytes", 7, Type.BYTES, { repeated: true }),
        field("selves", 8, Type.MESSAGE, { ...nested, repeated: true }),
        field("counts", 9, Type.MESSAGE, { typeName: ".test.Every.CountsEntry", repeated: true }),
        field("byte_map", 10, Type.MESSAGE, { typeName: ".test.Every.ByteMapEntry", repeated: true }),
        field("self_map", 11, Type.MESSAGE, { typeName: ".test.Every.SelfMapEntry", repeated: true }),
        field("one_text", 12, Type.STRING, { oneofIndex: 0 }),
        field("one_bytes", 13, Type.BYTES, { oneofIndex: 0 }),
        field("one_self", 14, Type.MESSAGE, { ...nested, oneofIndex: 0 }),
        field("wrapped", 15, Type.MESSAGE, { typeName: ".google.protobuf.StringValue" }),
        field("wrapped_bytes", 16, Type.MESSAGE, { typeName: ".google.protobuf.BytesValue" }),
        field("json", 17, Type.MESSAGE, { typeName: ".google.protobuf.Struct" }),
        field("jsons", 18, Type.MESSAGE, { typeName: ".google.protobuf.Struct", repeated: true }),
      ],
      oneofDecl: [{ name: "choice" }],
      nestedType: [
        entry("CountsEntry", field("value", 2, Type.INT32)),
        entry("ByteMapEntry", field("value", 2, Type.BYTES)),
        entry("SelfMapEntry", field("value", 2, Type.MESSAGE, nested)),
      ],
    },
    { name: "Flat", field: [field("text", 1, Type.STRING), field("big", 2, Type.INT64)] },
  ],
});

const dependencies = [file_google_protobuf_struct, file_google_protobuf_wrappers];
const registry = createFileRegistry(file, (name) => dependencies.find((one) => one.proto.name === name));

function messageOf(name: string): DescMessage {
  const found = registry.getMessage(name);
  if (!found) throw new Error(`There is no message ${name}`);
  return found;
}

/** A message with a field of every kind. */
export const Every: DescMessage = messageOf("test.Every");

/** A message with scalars only. */
export const Flat: DescMessage = messageOf("test.Flat");
