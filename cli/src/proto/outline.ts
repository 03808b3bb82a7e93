import { type Token, tokensOf } from "./tokens.ts";

/** What a proto is made of, with the places of all of it: enough to know where something can be put in. */
export interface Outline {
  readonly text: string;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  /** Of the file, in order. Empty ones (`;`) are left out. */
  readonly statements: readonly Statement[];
}

/** One statement of a file or of a message: up to its `;`, or the `}` of its block. */
export interface Statement {
  /** Its first word: `import`, `option`, `message`, `string`, … */
  readonly head: string;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
  /** What is in it, if it is a message. */
  readonly message?: MessageBody;
}

/** A message between its braces. */
export interface MessageBody {
  readonly name: string;
  readonly open: Token;
  readonly close: Token;
  readonly statements: readonly Statement[];
}

/** Takes a proto apart. It has to be one that compiles; of any other, the outline may be any. */
export function outlineOf(text: string): Outline {
  const all = tokensOf(text);
  const tokens = all.filter(({ kind }) => kind !== "comment");
  const comments = all.filter(({ kind }) => kind === "comment");
  return { text, tokens, comments, statements: statementsFrom(tokens, 0).statements };
}

/** The message of this name, that of a nested one being `Outer.Inner`, with the statements that it is in. */
export function findMessage(outline: Outline, name: string): readonly Statement[] | undefined {
  const found: Statement[] = [];
  let statements = outline.statements;
  for (const part of name.split(".")) {
    const statement = statements.find(({ message }) => message?.name === part);
    if (statement?.message === undefined) return undefined;
    found.push(statement);
    statements = statement.message.statements;
  }
  return found;
}

interface Parsed {
  readonly statements: readonly Statement[];
  /** The index of the token behind them: of a `}`, or the end. */
  readonly next: number;
}

function statementsFrom(tokens: readonly Token[], first: number): Parsed {
  const statements: Statement[] = [];
  let at = first;
  for (let token = tokens[at]; token !== undefined && token.text !== "}"; token = tokens[at]) {
    if (token.text === ";") {
      at++;
      continue;
    }
    const statement = messageFrom(tokens, at) ?? plainFrom(tokens, at);
    statements.push(statement);
    at += statement.tokens.length;
  }
  return { statements, next: at };
}

function messageFrom(tokens: readonly Token[], first: number): Statement | undefined {
  // From edition 2024 on, it can be said who sees a message.
  const keyword = ["export", "local"].includes(tokens[first]?.text ?? "") ? first + 1 : first;
  const [name, open] = [tokens[keyword + 1], tokens[keyword + 2]];
  if (tokens[keyword]?.text !== "message" || name?.kind !== "word" || open?.text !== "{") return undefined;
  const { statements, next } = statementsFrom(tokens, keyword + 3);
  const close = tokens[next];
  if (close === undefined) return undefined;
  const message = { name: name.text, open, close, statements };
  return { ...statementOf("message", tokens.slice(first, next + 1)), message };
}

function plainFrom(tokens: readonly Token[], first: number): Statement {
  const head = tokens[first]?.text ?? "";
  let depth = 0;
  let at = first;
  for (; at < tokens.length; at++) {
    const text = tokens[at]?.kind === "symbol" ? tokens[at]?.text : "";
    if (text === "{" || text === "[" || text === "(") depth++;
    if (text === "}" || text === "]" || text === ")") depth--;
    // The braces of an option are a value; all others are a block, which needs no semicolon.
    if (depth === 0 && (text === ";" || (text === "}" && head !== "option"))) break;
  }
  return statementOf(head, tokens.slice(first, at + 1));
}

function statementOf(head: string, tokens: readonly Token[]): Statement {
  return { head, tokens, start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}
