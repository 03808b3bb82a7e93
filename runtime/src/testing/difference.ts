/** Lines of a difference that are told; a test runner shows the rest. */
const maxLines = 10;

/** Where two values of plain data differ: a line for each place, for those who see nothing but the message. */
export function differenceOf(expected: unknown, actual: unknown): readonly string[] {
  const lines: string[] = [];
  compare("", expected, actual, lines);
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more`];
}

function compare(path: string, expected: unknown, actual: unknown, lines: string[]): void {
  if (Object.is(expected, actual)) return;
  if (isTree(expected) && isTree(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const step = Array.isArray(expected) ? `[${key}]` : path === "" ? key : `.${key}`;
      compare(path + step, expected[key], actual[key], lines);
    }
    return;
  }
  lines.push(`${path === "" ? "" : `${path}: `}expected ${textOf(expected)}, got ${textOf(actual)}`);
}

interface Tree {
  readonly [key: string]: unknown;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  // A 64-bit number, as it is shown.
  if (typeof value === "string" && /^-?\d+n$/.test(value)) return value;
  return JSON.stringify(value);
}
