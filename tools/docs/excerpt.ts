/**
 * The first part of an excerpt that is not in a source, or undefined if all are, one behind the other. White space does
 * not count; `…` stands for anything, also nothing.
 */
export function missingInSource(excerpt: string, source: string): string | undefined {
  const text = withoutSpace(source);
  let from = 0;
  for (const part of excerpt.split("…")) {
    const wanted = withoutSpace(part);
    const found = text.indexOf(wanted, from);
    if (found < 0) return part.trim();
    from = found + wanted.length;
  }
  return undefined;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}
