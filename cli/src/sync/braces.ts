import type { ts } from "./compiler.ts";
import { insertion, type Splice } from "./splice.ts";
import { emptyLine, indentAt, lineIndent, lineStart, type Style, unitIn } from "./style.ts";

/** A line that is to be written, and how many levels deeper than its surroundings it is. */
export interface Line {
  readonly level: number;
  readonly text: string;
}

/** A list in braces. */
export interface Braces {
  readonly file: ts.SourceFile;
  readonly list: ts.NodeArray<ts.Node>;
  /** Where the opening and the closing brace are. */
  readonly open: number;
  readonly close: number;
}

/** The braces of an object literal. */
export function bracesOf(literal: ts.ObjectLiteralExpression): Braces {
  const file = literal.getSourceFile();
  return { file, list: literal.properties, open: literal.getStart(file), close: literal.end - 1 };
}

/**
 * Adds members to an object literal, each of some lines, without the comma behind them: behind all that is in it, also its
 * comments. Nothing of what stands there is touched, but for a comma behind the last member.
 */
export function appendMembers(braces: Braces, members: readonly (readonly Line[])[], style: Style): readonly Splice[] {
  if (members.length === 0) return [];
  const { file, list, open, close } = braces;
  const { text } = file;
  const last = list.at(-1);
  const comma = last !== undefined && !list.hasTrailingComma ? [insertion(last.end, ",")] : [];
  const closing = lineStart(text, close) > open ? indentAt(text, close) : undefined;
  const outer = closing ?? lineIndent(text, open);
  const unit = unitIn(file, list, close) ?? style.unit;
  const inner = closing === undefined ? outer + unit : (indentOf(braces) ?? outer + unit);
  const endsWithComma =
    last !== undefined && closing !== undefined ? list.hasTrailingComma === true : style.trailingCommas;
  const spaced = closing !== undefined && hasEmptyLines(braces);
  const lines = members.flatMap((member, index) => {
    const separator = index < members.length - 1 || endsWithComma ? "," : "";
    const above: readonly Line[] = spaced ? [{ level: 0, text: "" }] : [];
    return [...above, ...member].map(({ level, text }, line) => {
      const behind = line === above.length + member.length - 1 ? separator : "";
      return text === "" ? "" : `${inner}${unit.repeat(level)}${text}${behind}`;
    });
  });
  if (closing !== undefined) {
    return [...comma, insertion(close - closing.length, lines.map((line) => line + style.eol).join(""))];
  }
  const blanks = /[\t ]*$/.exec(text.slice(open + 1, close))?.[0] ?? "";
  const end = outer.endsWith(blanks) ? outer.slice(0, outer.length - blanks.length) : outer;
  const added = style.eol + lines.join(style.eol) + style.eol + end;
  return [...comma, insertion(close - blanks.length, added)];
}

/** Whether an empty line is between all members: at least two. */
function hasEmptyLines({ file, list }: Braces): boolean {
  const gaps = list.slice(1).map((node, index) => file.text.slice(list[index]?.end, node.getStart(file)));
  return gaps.length > 0 && gaps.every((gap) => emptyLine.test(gap));
}

/** What the members are indented by, where one begins a line. */
function indentOf({ file, list }: Braces): string | undefined {
  return list.map((node) => indentAt(file.text, node.getStart(file))).findLast((indent) => indent !== undefined);
}
