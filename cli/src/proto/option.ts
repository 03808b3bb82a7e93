import { gapBehind, indentAt, lineBreaks, startWithComments } from "./gap.ts";
import type { Insertion } from "./insertion.ts";
import type { MessageBody, Outline, Statement } from "./outline.ts";
import { insertBehind } from "./splice.ts";
import type { Token } from "./tokens.ts";

/** A list of texts in an option of a message: `(ego.v1.message).command`, `rejects`. */
export interface OptionList {
  /** The name of the extension, without parentheses. */
  readonly extension: string;
  /** The field of the extension that the list is in. */
  readonly role: string;
  readonly list: string;
  /** The fields of the role, as they are to be ordered. */
  readonly order: readonly string[];
}

/**
 * Adds texts to a list in an option, in whatever way that is written.
 *
 * @param values without characters that would have to be escaped
 * @returns undefined if the message has no such option
 */
export function insertIntoList(
  outline: Outline,
  body: MessageBody,
  { extension, role, list, order }: OptionList,
  values: readonly string[],
): readonly Insertion[] | undefined {
  const options = body.statements.flatMap((statement) => optionOf(statement, extension) ?? []);
  const texts = values.map((value) => `"${value}"`);
  const literal = options
    .map(({ path, value }) =>
      path.length === 0 ? literalAt(value, role) : path.length === 1 && path[0] === role ? value : undefined,
    )
    .find((value) => value !== undefined);
  if (literal !== undefined) return intoLiteral(outline, literal, list, order, texts);
  const apart = options.filter(({ path }) => path[0] === role);
  const last = apart.findLast(({ path }) => path[1] === list) ?? apart.at(-1);
  if (last === undefined) return undefined;
  return texts.map((text) =>
    insertBehind(outline, last.statement, `option (${last.extension}).${role}.${list} = ${text};`),
  );
}

interface Option {
  readonly statement: Statement;
  /** As it is written. */
  readonly extension: string;
  /** What is behind the extension: `command`, `emits`. */
  readonly path: readonly string[];
  /** Its tokens, between `=` and `;`. */
  readonly value: readonly Token[];
}

function optionOf(statement: Statement, extension: string): Option | undefined {
  const { head, tokens } = statement;
  const equals = tokens.findIndex(({ text }) => text === "=");
  const close = tokens.findIndex(({ text }) => text === ")");
  if (head !== "option" || tokens[1]?.text !== "(" || close < 0 || equals < close) return undefined;
  const written = textOf(tokens.slice(2, close));
  // A name may leave out the packages that the file is in, too.
  if (!`.${extension}`.endsWith(written.startsWith(".") ? written : `.${written}`)) return undefined;
  const path = textOf(tokens.slice(close + 1, equals))
    .split(".")
    .slice(1);
  return { statement, extension: written, path, value: tokens.slice(equals + 1, -1) };
}

/** A field of a message literal. */
interface LiteralField {
  readonly name: string;
  readonly value: readonly Token[];
  /** The comma or semicolon behind it. */
  readonly separator?: Token;
}

/** The fields of a message literal, given with its braces. */
function fieldsOf(literal: readonly Token[]): readonly LiteralField[] {
  const fields: LiteralField[] = [];
  for (let at = 1; at < literal.length - 1; ) {
    const nameEnd = literal[at]?.text === "[" ? closing(literal, at) + 1 : at + 1;
    const name = textOf(literal.slice(at, nameEnd));
    const start = literal[nameEnd]?.text === ":" ? nameEnd + 1 : nameEnd;
    const end = valueEnd(literal, start);
    const behind = literal[end];
    const separated = behind !== undefined && (behind.text === "," || behind.text === ";");
    fields.push({ name, value: literal.slice(start, end), ...(separated ? { separator: behind } : {}) });
    at = separated ? end + 1 : end;
  }
  return fields;
}

/** A value is a literal in brackets, texts that are joined, or a word with a sign. */
function valueEnd(literal: readonly Token[], start: number): number {
  const first = literal[start];
  if (first === undefined || "{<[".includes(first.text)) return closing(literal, start) + 1;
  let end = start + 1;
  if (first.kind === "string") while (literal[end]?.kind === "string") end++;
  else while (literal[end - 1]?.text === "-" || literal[end]?.text === "." || literal[end - 1]?.text === ".") end++;
  return end;
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if ("{<[".includes(tokens[at]?.text ?? " ")) depth++;
    if ("}>]".includes(tokens[at]?.text ?? " ")) depth--;
    if (depth === 0) return at;
  }
  return tokens.length - 1;
}

function literalAt(literal: readonly Token[], name: string): readonly Token[] | undefined {
  return fieldsOf(literal).find((field) => field.name === name)?.value;
}

function intoLiteral(
  outline: Outline,
  literal: readonly Token[],
  list: string,
  order: readonly string[],
  texts: readonly string[],
): readonly Insertion[] {
  const fields = fieldsOf(literal);
  const known = fields.findLast(({ name }) => name === list);
  if (known !== undefined) return intoValue(outline, known.value, texts);
  const entry = `${list}: [${texts.join(", ")}]`;
  const open = literal[0]?.end ?? 0;
  const earlier = order.slice(0, order.indexOf(list));
  const before = fields.findLast(({ name }) => earlier.includes(name));
  if (before !== undefined) {
    const end = before.value.at(-1)?.end ?? open;
    const separator = before.separator === undefined ? "" : before.separator.text;
    if (!isOnLines(outline, literal)) return [{ offset: end, text: `${separator} ${entry}` }];
    const indent = indentAt(outline.text, before.value[0]?.start ?? open);
    const behind = gapBehind(outline, before.separator?.end ?? end).offset;
    return [{ offset: behind, text: `\n${indent}${entry}${separator}` }];
  }
  const [first] = fields;
  const start = literal[1]?.start ?? open;
  if (first === undefined) return [{ offset: open, text: start > open ? ` ${entry}` : entry }];
  const separator = first.separator === undefined ? "" : first.separator.text;
  if (!isOnLines(outline, literal)) return [{ offset: start, text: `${entry}${separator} ` }];
  const above = startWithComments(outline, start);
  return [{ offset: above, text: `${entry}${separator}\n${indentAt(outline.text, start)}` }];
}

/** One text becomes a list. */
function intoValue(outline: Outline, value: readonly Token[], texts: readonly string[]): readonly Insertion[] {
  const [first, last] = [value[0], value.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (first.text !== "[") {
    return [
      { offset: first.start, text: "[" },
      { offset: last.end, text: `, ${texts.join(", ")}]` },
    ];
  }
  const element = value.at(-2);
  if (element === undefined || element === first) return [{ offset: first.end, text: texts.join(", ") }];
  if (!isOnLines(outline, value)) return [{ offset: element.end, text: `, ${texts.join(", ")}` }];
  const indent = indentAt(outline.text, element.start);
  return [
    { offset: element.end, text: "," },
    { offset: gapBehind(outline, element.end).offset, text: texts.map((text) => `\n${indent}${text}`).join(",") },
  ];
}

/** Whether what is in braces or brackets has lines of its own. */
function isOnLines({ text }: Outline, [open, first, ...rest]: readonly Token[]): boolean {
  if (open === undefined || first === undefined) return false;
  return lineBreaks(text, open.end, first.start) > 0 && rest.length > 0;
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join("");
}
