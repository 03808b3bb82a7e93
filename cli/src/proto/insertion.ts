/** A text that is put into another. Lines in it end with `\n`, whatever those of the other end with. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** The text with all of the insertions in it, each with the line endings of the text. At one place they stay in order. */
export function withInsertions(text: string, insertions: readonly Insertion[]): string {
  const lineEnd = lineEndOf(text);
  const sorted = insertions.toSorted((a, b) => a.offset - b.offset);
  let done = "";
  let from = 0;
  for (const { offset, text: inserted } of sorted) {
    done += text.slice(from, offset) + inserted.replaceAll("\n", lineEnd);
    from = offset;
  }
  return done + text.slice(from);
}

/** The line ending that most lines of a text have. */
export function lineEndOf(text: string): "\n" | "\r\n" {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows > all / 2 ? "\r\n" : "\n";
}
