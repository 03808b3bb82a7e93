import type { Place } from "../project/finding.ts";
import type { ts } from "./compiler.ts";

/** The place of a node; `file` is the name of its file from the root of the project. */
export function placeOf(file: string, node: ts.Node): Place {
  const source = node.getSourceFile();
  return placeAt(file, source, node.getStart(source));
}

/** The place of an offset. */
export function placeAt(file: string, source: ts.SourceFile, offset: number): Place {
  return { file, ...positionAt(source.text, offset) };
}

/** Line and column of an offset, from 1. A byte order mark is no column. */
export function positionAt(text: string, offset: number): Pick<Place, "line" | "column"> {
  const starts = lineStarts(text);
  const line = starts.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: Math.max(0, offset - (starts[line] ?? 0)) + 1 };
}

/** The offset of a place. */
export function offsetOf(text: string, { line, column }: Pick<Place, "line" | "column">): number {
  return (lineStarts(text)[line - 1] ?? 0) + column - 1;
}

function lineStarts(text: string): readonly number[] {
  const first = text.startsWith("\ufeff") ? 1 : 0;
  return [first, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ index, 0: eol }) => index + eol.length)];
}
