import {
  create,
  createFileRegistry,
  fromBinary,
  type MessageInitShape,
  toBinary,
  type UnknownField,
} from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
  type FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { check } from "./check/check.ts";
import { createReport, type Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Domain } from "./model/domain.ts";
import { link } from "./model/link.ts";
import { readFile } from "./options/marked-file.ts";

export { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
export {
  Edition,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
} from "@bufbuild/protobuf/wkt";
export type { Diagnostic } from "./diagnostics/diagnostic.ts";
export { commentOf, docComment } from "./emit/comment.ts";
export { type ColumnKind, columnKind } from "./emit/kysely-table.ts";
export { schemaJson } from "./emit/schema-json.ts";
export * from "./model/domain.ts";
export * from "./model/exported-names.ts";
export { fieldNamed, fieldType, isOptional, valueType } from "./model/field-type.ts";
export * from "./model/read-model.ts";
export type * from "./model/reference.ts";
export * from "./model/saga.ts";
export type * from "./model/service.ts";
export type * from "./model/table.ts";
export * from "./naming.ts";
export { type Located, namePosition, type Position } from "./options/position.ts";

/**
 * The domain of an image that buf built, for tools: what the plugin prints from. Linked, but not checked: a project that
 * generates has no mistakes.
 *
 * @param image a `FileDescriptorSet` in binary form, with source info for positions, and with its imports
 */
export function readDomain(image: Uint8Array): Domain {
  const set = fromBinary(FileDescriptorSetSchema, image);
  const own = new Set(set.file.filter((file) => !isImport(file)).map(({ name }) => name));
  const files = [...createFileRegistry(set).files];
  const options = files.find(({ proto }) => proto.name === "ego/v1/ego.proto");
  return link(files.map((file) => readFile(file, own.has(file.proto.name), options)));
}

/** What is wrong or odd in a domain, as the plugin would say it. */
export function diagnose(domain: Domain): readonly Diagnostic[] {
  const report = createReport();
  check(domain, report);
  return report.diagnostics;
}

/** A file of an image, as far as it is not as it is by default. */
export type ImageFile = MessageInitShape<typeof FileDescriptorProtoSchema>;

/** An image of files that no proto is of, for buf to read. */
export function writeImage(file: readonly ImageFile[]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...file] }));
}

/** Where buf says in an image whether a file is there only because others import it: buf.alpha.image.v1. */
const bufExtension = 8042;

function isImport({ $unknown: unknown = [] }: FileDescriptorProto): boolean {
  return unknown.some((field: UnknownField) => {
    if (field.no !== bufExtension) return false;
    const message = new BinaryReader(new BinaryReader(field.data).bytes());
    for (; message.pos < message.len; ) {
      const [number, type] = message.tag();
      if (number === 1) return message.bool();
      message.skip(type, number);
    }
    return false;
  });
}
