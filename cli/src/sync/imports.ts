import type { Compiler, ts } from "./compiler.ts";
import { quoted } from "./member-text.ts";
import { insertion, type Splice } from "./splice.ts";
import { emptyLine, indentAt, lineStart, type Style } from "./style.ts";

/** How a file gets at a name: what it is called there, and what has to be added for that. */
export interface Imported {
  readonly local: string;
  readonly splices: readonly Splice[];
}

/**
 * Makes a value of a module known in a file: by the import that is there, by one more name in an import of values from
 * that module, else by an import of its own behind the last one. If the name means something else there, it gets another
 * one.
 */
export function importValue(ts: Compiler, file: ts.SourceFile, name: string, from: string, style: Style): Imported {
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const lists = imports.flatMap((statement) => {
    const named = statement.importClause?.namedBindings;
    return isFrom(ts, statement, from) && isOfValues(ts, statement) && named && ts.isNamedImports(named) ? [named] : [];
  });
  const taken = namesIn(ts, file);
  for (const list of lists) {
    const known = list.elements.find(
      (element) => !element.isTypeOnly && (element.propertyName ?? element.name).text === name,
    );
    // Twice: where it is imported, and where something else has that name.
    if (known && (taken.get(known.name.text) ?? 0) === 1) return { local: known.name.text, splices: [] };
  }
  const local = freeName(name, taken);
  const specifier = local === name ? name : `${name} as ${local}`;
  const [list] = lists;
  if (list) return { local, splices: extended(file, list, specifier, style) };
  const statement = `import { ${specifier} } from ${quoted(from, style)}${style.semicolons ? ";" : ""}`;
  return { local, splices: [ownImport(ts, file, imports.at(-1), statement, style)] };
}

function isFrom(ts: Compiler, { moduleSpecifier }: ts.ImportDeclaration, from: string): boolean {
  return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === from;
}

function isOfValues(ts: Compiler, { importClause }: ts.ImportDeclaration): boolean {
  return importClause !== undefined && importClause.phaseModifier !== ts.SyntaxKind.TypeKeyword;
}

/** How often each name is declared in a file, in whichever scope. */
function namesIn(ts: Compiler, file: ts.SourceFile): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  function visit(node: ts.Node): void {
    if ("name" in node && node.name && ts.isIdentifier(node.name as ts.Node) && declares(ts, node)) {
      const { text } = node.name as ts.Identifier;
      names.set(text, (names.get(text) ?? 0) + 1);
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return names;
}

/** Whether the name of a node is one that other code can use without a dot before it. */
function declares(ts: Compiler, node: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isClassLike(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isImportClause(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportSpecifier(node) ||
    ts.isImportEqualsDeclaration(node)
  );
}

function freeName(name: string, taken: ReadonlyMap<string, number>): string {
  if (!taken.has(name)) return name;
  for (let number = 1; ; number++) {
    const candidate = `Ego${name}${number === 1 ? "" : number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Adds a name behind those of an import, and behind their comments. */
function extended(file: ts.SourceFile, list: ts.NamedImports, specifier: string, style: Style): readonly Splice[] {
  const { text } = file;
  const { elements } = list;
  const last = elements.at(-1);
  const close = list.end - 1;
  const comma = last !== undefined && !elements.hasTrailingComma ? [insertion(last.end, ",")] : [];
  const closing = indentAt(text, close);
  if (last !== undefined && closing !== undefined && lineStart(text, close) > list.getStart(file)) {
    const indent = indentAt(text, last.getStart(file)) ?? closing + style.unit;
    const end = elements.hasTrailingComma ? "," : "";
    return [...comma, insertion(close - closing.length, `${indent}${specifier}${end}${style.eol}`)];
  }
  const blanks = /[\t ]*$/.exec(text.slice(list.getStart(file) + 1, close))?.[0] ?? "";
  if (last) return [...comma, insertion(close - blanks.length, ` ${specifier}`)];
  return [insertion(close, `${blanks === "" ? " " : ""}${specifier} `)];
}

function ownImport(
  ts: Compiler,
  file: ts.SourceFile,
  last: ts.ImportDeclaration | undefined,
  statement: string,
  style: Style,
): Splice {
  const { text } = file;
  if (last) {
    const rest = restOfLine(text, last.end);
    // A comment behind the import is about that import.
    if (/^[\t ]*(?:\/\/.*|\/\*(?:(?!\*\/).)*\*\/[\t ]*)?$/.test(rest)) {
      return insertion(last.end + rest.length, `${style.eol}${statement}`);
    }
    return insertion(last.end, `${style.eol}${statement.replace(/;?$/, ";")}${style.eol}`);
  }
  return firstImport(ts, file, statement, style);
}

/** Behind the shebang, the comment about the whole file and the directives. */
function firstImport(ts: Compiler, file: ts.SourceFile, statement: string, style: Style): Splice {
  const { text } = file;
  const first = file.statements[0];
  const directives = file.statements.findIndex(
    (one) => !(ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression)),
  );
  const count = directives === -1 ? file.statements.length : directives;
  const lastDirective = file.statements[count - 1];
  if (lastDirective) {
    const rest = restOfLine(text, lastDirective.end);
    const whole = /^[\t ]*(?:\/\/.*)?$/.test(rest);
    const at = lastDirective.end + (whole ? rest.length : 0);
    return insertion(at, `${style.eol}${whole ? statement : `${statement.replace(/;?$/, ";")}${style.eol}`}`);
  }
  const start = fileStart(ts, text);
  const end = first?.getStart(file) ?? file.end;
  // What is followed by an empty line is about the file; what stands right above a statement is about that.
  const detached = (ts.getLeadingCommentRanges(text, start) ?? []).filter(
    ({ end: behind }) => behind <= end && emptyLine.exec(text.slice(behind))?.index === 0,
  );
  const comment = detached.at(-1);
  if (comment) {
    const eol = /^[\t ]*(?:\r\n|[\n\r])/.exec(text.slice(comment.end))?.[0] ?? "";
    return insertion(comment.end + eol.length, `${style.eol}${statement}${style.eol}`);
  }
  return insertion(start, `${statement}${style.eol}${start === file.end ? "" : style.eol}`);
}

/** Behind the byte order mark and the shebang. */
function fileStart(ts: Compiler, text: string): number {
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  const shebang = ts.getShebang(text.slice(mark));
  if (shebang === undefined) return mark;
  const eol = /^(?:\r\n|[\n\r])/.exec(text.slice(mark + shebang.length))?.[0] ?? "";
  return mark + shebang.length + eol.length;
}

function restOfLine(text: string, place: number): string {
  return /^[^\n\r\u2028\u2029]*/.exec(text.slice(place))?.[0] ?? "";
}
