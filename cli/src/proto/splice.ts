import { beginsLine, gapBefore, gapBehind, indentAt, lineBreaks, startWithComments } from "./gap.ts";
import type { Insertion } from "./insertion.ts";
import type { MessageBody, Outline, Statement } from "./outline.ts";

/**
 * Puts messages behind a message at the top of a file, or at its end.
 *
 * @param messages each as it is written at the top of a file, without a line break at its end
 */
export function insertMessages(
  outline: Outline,
  behind: Statement | undefined,
  messages: readonly string[],
): Insertion {
  const statement = behind ?? outline.statements.at(-1);
  const text = messages.map((message) => `\n\n${message}`).join("");
  if (statement === undefined) return { offset: outline.text.length, text: text.slice(2) };
  const { offset, tight } = gapBehind(outline, statement.end);
  return { offset, text: tight ? `${text}\n` : text };
}

/**
 * Puts fields into a message, behind those that it has.
 *
 * @param fields each as it is written, without indentation; further lines are indented by two blanks a level
 */
export function insertFields(outline: Outline, body: MessageBody, fields: readonly string[]): Insertion {
  const { text } = outline;
  const { open, close, statements } = body;
  const at = statements.findLastIndex(isField);
  const [field, last] = [statements[at], statements.at(-1)];
  // All on one line stays on one line, unless a comment would take the rest of it.
  if (
    last !== undefined &&
    lineBreaks(text, open.end, close.start) === 0 &&
    !fields.some((one) => one.startsWith("//"))
  ) {
    return { offset: (field ?? last).end, text: fields.map((one) => ` ${oneLine(one)}`).join("") };
  }
  const outer = indentAt(text, open.start);
  const inner = indentOf(outline, body);
  const lines = fields.map((one) => `\n${indented(one, inner, unitOf(inner, outer))}`).join("");
  const behind = field ?? statements.findLast(({ head }) => head === "option");
  const isEnd = behind === undefined || behind === last;
  const gap = isEnd ? gapBefore(outline, close) : gapBehind(outline, behind.end);
  const apart = gap.blankBefore || (field === undefined && last !== undefined) ? "\n" : "";
  if (isEnd && lineBreaks(text, gap.offset, close.start) === 0) {
    return { offset: close.start, text: `${apart}${lines}\n${outer}` };
  }
  return { offset: gap.offset, text: `${apart}${lines}${gap.tight && field === undefined ? "\n" : ""}` };
}

/** Puts a statement behind another, on a line of its own if that has one. */
export function insertBehind(outline: Outline, { start, end }: Statement, text: string): Insertion {
  const { offset, blankBefore } = gapBehind(outline, end);
  if (offset === end && !beginsLine(outline.text, start)) return { offset, text: ` ${text}` };
  return { offset, text: `${blankBefore ? "\n" : ""}\n${indentAt(outline.text, start)}${text}` };
}

/** Puts imports in: sorted, if those that are there are sorted; else at their end. */
export function insertImports(outline: Outline, paths: readonly string[]): readonly Insertion[] {
  const imports = outline.statements.filter(({ head }) => head === "import");
  const known = imports.map(importPath);
  const sorted = known.every((path, index) => index === 0 || (known[index - 1] ?? "") <= path);
  return paths
    .filter((path) => !known.includes(path))
    .toSorted()
    .map((path) => {
      const text = `import "${path}";`;
      const before = sorted ? known.findLastIndex((one) => one < path) : known.length - 1;
      const behind = imports[before];
      if (behind !== undefined) return insertBehind(outline, behind, text);
      const [first] = imports;
      if (first !== undefined) return { offset: startWithComments(outline, first.start), text: `${text}\n` };
      const head = outline.statements.findLast(({ head }) => ["syntax", "edition", "package"].includes(head));
      const { offset, tight } = gapBehind(outline, head?.end ?? 0);
      return { offset, text: `\n\n${text}${tight ? "\n" : ""}` };
    });
}

/** What an import imports. */
export function importPath({ tokens }: Statement): string {
  return tokens.findLast(({ kind }) => kind === "string")?.text.slice(1, -1) ?? "";
}

const noFields = new Set(["option", "message", "enum", "extend", "extensions", "reserved", "export", "local"]);

function isField({ head, message }: Statement): boolean {
  return message === undefined && !noFields.has(head);
}

/** How the statements of a message are indented. */
function indentOf({ text }: Outline, { open, statements }: MessageBody): string {
  const own = statements.findLast(({ start }) => beginsLine(text, start));
  return own === undefined ? `${indentAt(text, open.start)}  ` : indentAt(text, own.start);
}

function unitOf(inner: string, outer: string): string {
  const unit = inner.startsWith(outer) ? inner.slice(outer.length) : "";
  return unit === "" ? "  " : unit;
}

function indented(text: string, indent: string, unit: string): string {
  return text
    .split("\n")
    .map((line) => indent + line.replace(/^(?: {2})+/, (blanks) => unit.repeat(blanks.length / 2)))
    .join("\n");
}

function oneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .replace(/\[ | ]/g, (bracket) => bracket.trim());
}
