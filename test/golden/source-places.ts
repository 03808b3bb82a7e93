import { clone } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** A place in a proto file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is recorded of an element: where it begins and ends. */
export interface RecordedPlace extends Place {
  readonly endLine: number;
  readonly endColumn: number;
}

/** The number of all extensions of ego/v1/ego.proto. */
const egoOptions = 50346;

/**
 * The set with no more places than protoc records: those of `option (ego.v1.message).state = …`, which are the extension
 * and one field of it, and none of what is in the braces. buf records that as well.
 */
export function asProtocRecords(set: FileDescriptorSet): FileDescriptorSet {
  const copy = clone(FileDescriptorSetSchema, set);
  for (const { sourceCodeInfo } of copy.file) {
    if (!sourceCodeInfo) continue;
    sourceCodeInfo.location = sourceCodeInfo.location.filter(({ path }) => {
      const extension = path.indexOf(egoOptions);
      return extension < 0 || path.length <= extension + 2;
    });
  }
  return copy;
}

/** All places of the files to generate. */
export function recordedPlaces({ sourceFileDescriptors }: CodeGeneratorRequest): RecordedPlace[] {
  return sourceFileDescriptors.flatMap(({ name, sourceCodeInfo }) =>
    (sourceCodeInfo?.location ?? []).map(({ span }) => {
      const [line = 0, column = 0, ...end] = span;
      const [endLine = line, endColumn = 0] = end.length === 1 ? [line, ...end] : end;
      return { file: name, line: line + 1, column: column + 1, endLine: endLine + 1, endColumn: endColumn + 1 };
    }),
  );
}

/** Of what is recorded, the last that begins before a place and ends behind it. */
export function innermost(recorded: readonly RecordedPlace[], place: Place): Place {
  const around = recorded.filter((outer) => contains(outer, place));
  return around.reduce<Place>((inner, outer) => (notBehind(inner, outer) ? outer : inner), {
    ...place,
    line: 1,
    column: 1,
  });
}

/** `path:line:column`, as in diagnostics. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function contains(outer: RecordedPlace, place: Place): boolean {
  const { file, endLine, endColumn } = outer;
  return file === place.file && notBehind(outer, place) && notBehind(place, { file, line: endLine, column: endColumn });
}

/** Whether the first of two places is not behind the second. */
function notBehind(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column);
}
