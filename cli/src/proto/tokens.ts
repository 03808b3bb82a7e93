/** A piece of a proto that is no blank. Offsets count UTF-16 code units of the text. */
export interface Token {
  /** Words are names, keywords and numbers; symbols are one character each. */
  readonly kind: "word" | "string" | "symbol" | "comment";
  readonly text: string;
  readonly start: number;
  /** Behind its last character; of a line comment, before the line break. */
  readonly end: number;
}

const pattern =
  /(?<comment>\/\/[^\r\n]*|\/\*.*?\*\/)|(?<word>[\p{L}\p{N}_]+)|(?<string>"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')|(?<symbol>[^\s\ufeff])/gsu;

/** Cuts the text of a proto into tokens. Takes any text: what is no token of protobuf is a symbol. */
export function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index, groups }) => ({
    kind: kinds.find((kind) => groups?.[kind] !== undefined) ?? "symbol",
    text: found,
    start: index,
    end: index + found.length,
  }));
}

const kinds = ["comment", "word", "string", "symbol"] as const;

/** Whether all tokens of a text are in another, in their order: only blanks are others, and what is between them. */
export function isWithin(text: string, other: string): boolean {
  const [wanted, found] = [text, other].map((one) => tokensOf(one).map((token) => token.text.replace(/\s+/g, " ")));
  let at = 0;
  for (const token of found ?? []) if (token === wanted?.[at]) at++;
  return at === wanted?.length;
}
