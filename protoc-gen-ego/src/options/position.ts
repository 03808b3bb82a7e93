import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from "@bufbuild/protobuf";

/** A place in a proto file, for diagnostics. Line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An option's text, and where it is written. */
export interface Located {
  readonly value: string;
  readonly at: Position;
}

/** Field numbers of `options` in the descriptors of descriptor.proto: the first step of every option's path. */
const optionsOf = {
  file: 8,
  message: 7,
  field: 8,
  service: 3,
  rpc: 4,
  enum: 3,
  enum_value: 3,
  oneof: 2,
} as const;

/** Number of every extension in ego/v1/ego.proto. */
export const extensionNumber = 50346;

/** What can have options of ego. */
export type Optioned = DescFile | DescMessage | DescField | DescService | DescMethod;

/** What can have options, of which this version has none. */
export type Unoptioned = DescEnum | DescEnumValue | DescOneof;

/**
 * Where an option of an element is written. `path` goes on behind the extension: `[1, 3]` is the table of a state. buf
 * records the places in a literal, protoc stops at the option: what is in the option counts, else the longest prefix
 * that is recorded. An element without any is at 1:1.
 */
export function optionPosition(desc: Optioned | Unoptioned, ...path: readonly number[]): Position {
  return positionOf(fileOf(desc), optionPath(desc, path));
}

/**
 * Where each element of a list in an option is written. buf records a list in brackets as one element: then the list is
 * the place of all. Lists in brackets among single elements cannot be told apart: then it is the option.
 */
export function elementPositions(desc: Optioned, path: readonly number[], count: number): Position[] {
  const file = fileOf(desc);
  const list = optionPath(desc, path);
  const spans = spansOf(file);
  const recorded = Array.from({ length: count }, (_, index) => spans.has([...list, index].join("."))).filter(Boolean);
  return Array.from({ length: count }, (_, index) => {
    if (recorded.length === count) return positionOf(file, [...list, index]);
    return positionOf(file, recorded.length === 1 ? [...list, 0] : list.slice(0, -1));
  });
}

function optionPath(desc: Optioned | Unoptioned, path: readonly number[]): number[] {
  return [...pathOf(desc), optionsOf[desc.kind], extensionNumber, ...path];
}

/** What has a name of its own in the code of protoc-gen-es. */
export type Named = DescMessage | DescField | DescOneof | DescEnum | DescService | DescExtension;

/** Where an element is named. */
export function namePosition(desc: Named | DescMethod): Position {
  const nameNumber = 1;
  return positionOf(fileOf(desc), [...pathOf(desc), nameNumber]);
}

/** The beginning of a file, for what concerns all of it. */
export function filePosition(desc: DescFile): Position {
  return { file: desc.proto.name, line: 1, column: 1 };
}

function positionOf(file: DescFile, path: readonly number[]): Position {
  const spans = spansOf(file);
  for (let length = path.length; length > 0; length--) {
    const span = spans.get(path.slice(0, length).join("."));
    if (span) return { file: file.proto.name, line: (span[0] ?? 0) + 1, column: (span[1] ?? 0) + 1 };
  }
  return filePosition(file);
}

type Spans = ReadonlyMap<string, readonly number[]>;

const known = new WeakMap<DescFile, Spans>();

/** Spans by path. What is not recorded, and has something in it that is, has the span of the first of that. */
function spansOf(file: DescFile): Spans {
  const cached = known.get(file);
  if (cached) return cached;
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  const spans = new Map(locations.map(({ path, span }) => [path.join("."), span]));
  for (const { path, span } of locations) {
    const extension = path.indexOf(extensionNumber);
    for (let length = path.length - 1; extension >= 0 && length > extension; length--) {
      const outer = path.slice(0, length).join(".");
      if (!spans.has(outer)) spans.set(outer, span);
    }
  }
  known.set(file, spans);
  return spans;
}

function fileOf(desc: Optioned | Named | Unoptioned): DescFile {
  switch (desc.kind) {
    case "file":
      return desc;
    case "message":
    case "enum":
    case "service":
    case "extension":
      return desc.file;
    case "field":
    case "oneof":
    case "enum_value":
    case "rpc":
      return desc.parent.file;
  }
}

/** The path of an element in source info: numbers of the fields in descriptor.proto, and indexes. */
function pathOf(desc: Optioned | Named | Unoptioned): number[] {
  switch (desc.kind) {
    case "file":
      return [];
    case "message":
      return desc.parent
        ? [...pathOf(desc.parent), 3, desc.parent.proto.nestedType.indexOf(desc.proto)]
        : [4, desc.file.proto.messageType.indexOf(desc.proto)];
    case "enum":
      return desc.parent
        ? [...pathOf(desc.parent), 4, desc.parent.proto.enumType.indexOf(desc.proto)]
        : [5, desc.file.proto.enumType.indexOf(desc.proto)];
    case "field":
      return [...pathOf(desc.parent), 2, desc.parent.proto.field.indexOf(desc.proto)];
    case "oneof":
      return [...pathOf(desc.parent), 8, desc.parent.proto.oneofDecl.indexOf(desc.proto)];
    case "extension":
      return desc.parent
        ? [...pathOf(desc.parent), 6, desc.parent.proto.extension.indexOf(desc.proto)]
        : [7, desc.file.proto.extension.indexOf(desc.proto)];
    case "enum_value":
      return [...pathOf(desc.parent), 2, desc.parent.proto.value.indexOf(desc.proto)];
    case "service":
      return [6, desc.file.proto.service.indexOf(desc.proto)];
    case "rpc":
      return [...pathOf(desc.parent), 2, desc.parent.proto.method.indexOf(desc.proto)];
  }
}
