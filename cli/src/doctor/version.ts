/** Whether a version is in a range as our own packages write them: comparators with a blank between, all of which hold. */
export function isInRange(version: string, range: string): boolean {
  return range.split(" ").every((comparator) => {
    const [, sign = "", bound = ""] = /^(>=|<|)(\d.*)$/.exec(comparator) ?? [];
    const order = compareVersions(version, bound);
    return sign === ">=" ? order >= 0 : sign === "<" ? order < 0 : order === 0;
  });
}

/** Orders versions by their numbers; what stands behind these does not count. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [numbersOf(a), numbersOf(b)];
  for (const index of [0, 1, 2]) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return version
    .replace(/^v/, "")
    .split(/[-+]/, 1)
    .flatMap((numbers) => numbers.split(".").map(Number));
}
