import type { Outline } from "./outline.ts";
import type { Token } from "./tokens.ts";

/** Where something can be put in without taking a comment from what it belongs to. */
export interface Gap {
  readonly offset: number;
  /** The comment in front would become that of what is put in, unless there is an empty line between. */
  readonly blankBefore: boolean;
  /** Something follows on the same line, or on the next. */
  readonly tight: boolean;
}

/**
 * The gap behind a piece of a proto and the comments that belong to it: those on its line, and those on the next lines if
 * they are not directly above something else.
 *
 * @param end where the piece ends
 */
export function gapBehind(outline: Outline, end: number): Gap {
  const { text } = outline;
  const next = outline.tokens.find(({ start }) => start >= end);
  const comments = outline.comments.filter(({ start }) => start >= end && start < (next?.start ?? text.length));
  const gapAt = (offset: number, blankBefore = false): Gap => ({
    offset,
    blankBefore,
    tight: isTight(outline, offset),
  });
  // On a line with something else, a comment is that one's.
  if (next !== undefined && lineBreaks(text, end, next.start) === 0) return gapAt(end);
  const onLine = comments.filter(({ start }) => lineBreaks(text, end, start) === 0);
  // buf takes a comment in /* */ for that of what is on the next line.
  const block = onLine.at(-1)?.text.startsWith("/*") ? onLine.at(-1) : undefined;
  if (block !== undefined && next !== undefined && lineBreaks(text, block.end, next.start) === 1) return gapAt(end);
  const offset = onLine.at(-1)?.end ?? end;
  const last = adjacent(text, offset, comments.slice(onLine.length)).at(-1);
  if (last === undefined) return gapAt(offset, block !== undefined);
  const above = next !== undefined && !"}])>".includes(next.text) && lineBreaks(text, last.end, next.start) === 1;
  return above ? gapAt(offset, block !== undefined) : gapAt(last.end, true);
}

/** The gap at the end of a message's body, behind all comments in it. */
export function gapBefore({ text, tokens, comments }: Outline, close: Token): Gap {
  const before = [...tokens, ...comments].filter(({ end }) => end <= close.start);
  const last = before.reduce((a, b) => (a.end > b.end ? a : b));
  const blankBefore = last.kind === "comment" && (last.text.startsWith("/*") || beginsLine(text, last.start));
  return { offset: last.end, blankBefore, tight: false };
}

/** Where a piece begins with the comments that are directly above it. */
export function startWithComments({ text, comments }: Pick<Outline, "text" | "comments">, start: number): number {
  const above = comments.findLast(({ end }) => end <= start);
  if (above === undefined || lineBreaks(text, above.end, start) > 1 || !beginsLine(text, above.start)) return start;
  return startWithComments({ text, comments: comments.slice(0, comments.indexOf(above)) }, above.start);
}

/** Whether there is nothing but blanks before an offset in its line. */
export function beginsLine(text: string, offset: number): boolean {
  return /(?:^|\n)\ufeff?[^\S\n]*$/.test(text.slice(0, offset));
}

/** The blanks that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[^\S\n\ufeff]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}

export function lineBreaks(text: string, from: number, to: number): number {
  return text.slice(from, to).split("\n").length - 1;
}

/** Comments on the next lines, without an empty line before or between them. */
function adjacent(text: string, offset: number, comments: readonly Token[]): readonly Token[] {
  const far = comments.findIndex(({ start }, index) => lineBreaks(text, comments[index - 1]?.end ?? offset, start) > 1);
  return far < 0 ? comments : comments.slice(0, far);
}

function isTight({ text, tokens, comments }: Outline, offset: number): boolean {
  const starts = [...tokens, ...comments].map(({ start }) => start).filter((start) => start >= offset);
  return starts.length > 0 && lineBreaks(text, offset, Math.min(...starts)) <= 1;
}
