import type { Place } from "../project/finding.ts";
import type { ts } from "./compiler.ts";

/** The place of a node; `file` is the name of its file from the root of the project. */
export function placeOf(file: string, node: ts.Node): Place {
  const source = node.getSourceFile();
  return placeAt(file, source, node.getStart(source));
}

/** The place of an offset. A byte order mark is no column. */
export function placeAt(file: string, source: ts.SourceFile, offset: number): Place {
  const { line, character } = source.getLineAndCharacterOfPosition(offset);
  const marked = line === 0 && source.text.startsWith("\ufeff");
  return { file, line: line + 1, column: character + (marked ? 0 : 1) };
}
