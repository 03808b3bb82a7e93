import type { Compiler, ts } from "./compiler.ts";

/** How a file is written: what is added to it looks the same. */
export interface Style {
  readonly eol: string;
  /** What one level is indented by. */
  readonly unit: string;
  readonly quote: '"' | "'";
  readonly semicolons: boolean;
  /** Whether the last of several lines in braces ends with a comma. */
  readonly trailingCommas: boolean;
}

/** The style of a file where nothing says otherwise. */
export const defaultStyle: Style = { eol: "\n", unit: "  ", quote: '"', semicolons: true, trailingCommas: true };

/** Finds out how a file is written: by what most of it does. */
export function styleOf(ts: Compiler, file: ts.SourceFile): Style {
  const { text } = file;
  const units = new Map<string, number>();
  const quotes = { '"': 0, "'": 0 };
  const semicolons = { with: 0, without: 0 };
  const commas = { with: 0, without: 0 };

  function visit(node: ts.Node): void {
    if (ts.isStringLiteral(node)) {
      const quote = text[node.getStart(file)];
      if (quote === '"' || quote === "'") quotes[quote]++;
    } else if (endsWithSemicolon(ts, node)) {
      semicolons[text[node.end - 1] === ";" ? "with" : "without"]++;
    } else if (ts.isObjectLiteralExpression(node) || ts.isBlock(node)) {
      const list: ts.NodeArray<ts.Node> = ts.isBlock(node) ? node.statements : node.properties;
      const unit = unitIn(file, list, node.end - 1);
      if (unit !== undefined) units.set(unit, (units.get(unit) ?? 0) + 1);
      const last = list.at(-1);
      if (last && !ts.isBlock(node) && hasLineBreak(text.slice(last.end, node.end))) {
        commas[list.hasTrailingComma ? "with" : "without"]++;
      }
    }
    ts.forEachChild(node, visit);
  }
  visit(file);

  const [unit] = [...units].toSorted((a, b) => b[1] - a[1])[0] ?? [/^\t/m.test(text) ? "\t" : defaultStyle.unit];
  return {
    eol: eolOf(text),
    unit,
    quote: quotes["'"] > quotes['"'] ? "'" : '"',
    semicolons: semicolons.with >= semicolons.without,
    trailingCommas: commas.with >= commas.without,
  };
}

/** The end of a line, and a line with nothing in it. */
export const emptyLine: RegExp = /[\t ]*(?:\r\n|\n|\r(?!\n))[\t ]*(?:\r\n|[\n\r])/;

/** What the lines in braces are indented by, more than the closing brace; undefined where no line says so. */
export function unitIn(file: ts.SourceFile, list: readonly ts.Node[], close: number): string | undefined {
  const outer = indentAt(file.text, close);
  const inner = list.map((node) => indentAt(file.text, node.getStart(file))).find((indent) => indent !== undefined);
  if (outer === undefined || inner === undefined || !inner.startsWith(outer)) return undefined;
  return inner.length > outer.length ? inner.slice(outer.length) : undefined;
}

/** The blanks that a line begins with, if there is nothing else before the place. */
export function indentAt(text: string, place: number): string | undefined {
  const before = text.slice(lineStart(text, place), place);
  return /^[\t ]*$/.test(before) ? before : undefined;
}

/** The blanks that the line of a place begins with. */
export function lineIndent(text: string, place: number): string {
  return /^[\t ]*/.exec(text.slice(lineStart(text, place), place))?.[0] ?? "";
}

/** Where the line of a place begins, behind a byte order mark. */
export function lineStart(text: string, place: number): number {
  let start = place;
  while (start > 0 && !hasLineBreak(text[start - 1] ?? "")) start--;
  return start === 0 && text.startsWith("\ufeff") && place > 0 ? 1 : start;
}

function hasLineBreak(text: string): boolean {
  return /[\n\r\u2028\u2029]/.test(text);
}

function eolOf(text: string): string {
  const all = text.match(/\r\n|\n|\r/g) ?? [];
  const count = (eol: string) => all.filter((one) => one === eol).length;
  return ["\n", "\r\n", "\r"].toSorted((a, b) => count(b) - count(a))[0] ?? "\n";
}

function endsWithSemicolon(ts: Compiler, node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isVariableStatement(node) ||
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node)
  );
}
