/** A change of a text: at `at`, `removed` characters go and `text` comes. Almost always nothing goes. */
export interface Splice {
  readonly at: number;
  /** Characters that go: of a name that is given another one. */
  readonly removed: number;
  readonly text: string;
}

/** Adds a text at a place. */
export function insertion(at: number, text: string): Splice {
  return { at, removed: 0, text };
}

/** The text with all splices in it; those at one place come in the order in which they are given. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let end = 0;
  const parts: string[] = [];
  for (const { at, removed, text: added } of inOrder(splices)) {
    if (at < end) throw new RangeError(`Two changes overlap at ${at}`);
    parts.push(text.slice(end, at), added);
    end = at + removed;
  }
  return parts.join("") + text.slice(end);
}

/** What stood there before: the text without what was added, and with what was removed, which is taken from `before`. */
export function unspliced(after: string, splices: readonly Splice[], before: string): string {
  let shift = 0;
  let end = 0;
  const parts: string[] = [];
  for (const { at, removed, text } of inOrder(splices)) {
    const start = at + shift;
    parts.push(after.slice(end, start), before.slice(at, at + removed));
    end = start + text.length;
    shift += text.length - removed;
  }
  return parts.join("") + after.slice(end);
}

/** Where a place of the text is when the splices are done; what is added there stands before it. */
export function placeAfter(place: number, splices: readonly Splice[]): number {
  return splices.reduce((moved, { at, removed, text }) => (at <= place ? moved + text.length - removed : moved), place);
}

function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return splices.toSorted((a, b) => a.at - b.at);
}
