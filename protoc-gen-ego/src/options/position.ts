import type { DescEnum, DescField, DescFile, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";

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
const optionsOf = { file: 8, message: 7, field: 8, service: 3, rpc: 3 } as const;

/** Number of every extension in ego/v1/ego.proto. */
export const extensionNumber = 50346;

/**
 * Where an option of an element is written. `path` goes on behind the extension: `[2, 2, 0]` is the first of `emits`
 * of a command. buf records each element of a literal, protoc stops at the option: the longest prefix that is
 * recorded counts, and an element without any is at 1:1.
 */
export function optionPosition(
  desc: DescFile | DescMessage | DescField | DescService | DescMethod,
  ...path: readonly number[]
): Position {
  const element = desc.kind === "file" ? [] : [...getComments(desc).sourcePath];
  return positionOf(fileOf(desc), [...element, optionsOf[desc.kind], extensionNumber, ...path]);
}

/** Where an element is named. */
export function namePosition(desc: DescMessage | DescField | DescEnum | DescService): Position {
  const nameNumber = 1;
  return positionOf(fileOf(desc), [...getComments(desc).sourcePath, nameNumber]);
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

const spans = new WeakMap<DescFile, ReadonlyMap<string, readonly number[]>>();

function spansOf(file: DescFile): ReadonlyMap<string, readonly number[]> {
  let known = spans.get(file);
  if (!known) {
    const locations = file.proto.sourceCodeInfo?.location ?? [];
    known = new Map(locations.map((location) => [location.path.join("."), location.span]));
    spans.set(file, known);
  }
  return known;
}

function fileOf(desc: DescFile | DescMessage | DescField | DescEnum | DescService | DescMethod): DescFile {
  switch (desc.kind) {
    case "file":
      return desc;
    case "message":
    case "enum":
    case "service":
      return desc.file;
    case "field":
    case "rpc":
      return desc.parent.file;
  }
}
