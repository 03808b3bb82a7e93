/** The name that was probably meant: the one nearest to what is written, if any is near enough. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const far = distance(written.toLowerCase(), name.toLowerCase());
    if (far < least) {
      best = name;
      least = far;
    }
  }
  return best;
}

/** The last part of a name: what is compared with the names of messages. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** How many letters have to be inserted, deleted or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
