/** The name that was probably meant: one that differs by two letters at most, or in case alone; undefined if none does. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(name.length / 2));
  const close = names
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter((one) => one.distance <= most);
  return close.sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** How many letters have to be changed, added or removed. */
function distance(from: string, to: string): number {
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const now = [row];
    for (let column = 1; column <= to.length; column++) {
      const [left = 0, above = 0, before = 0] = [now[column - 1], last[column], last[column - 1]];
      now.push(Math.min(left + 1, above + 1, before + (from[row - 1] === to[column - 1] ? 0 : 1)));
    }
    last = now;
  }
  return last.at(-1) ?? 0;
}
