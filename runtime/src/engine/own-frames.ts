/** The folder of this package's code. */
const own = new URL("..", import.meta.url).href;

/**
 * A stack with the frames that are this package's, or Node's, as one line between others and as none at its end: how an
 * engine came to call a handler helps nobody who looks for a mistake in it. A stack of nothing else stays whole.
 */
export function withoutOwnFrames(stack: string, folder: string = own): string {
  const lines = stack.split("\n");
  const last = lines.findLastIndex((line) => isFrame(line) && !isOwn(line, folder));
  if (last < 0) return stack;
  const kept: string[] = [];
  let left = 0;
  for (const line of lines.slice(0, last + 1)) {
    if (isFrame(line) && isOwn(line, folder)) {
      left++;
      continue;
    }
    if (left > 0) kept.push(`    … ${left} of @ego/runtime`);
    left = 0;
    kept.push(line);
  }
  return kept.join("\n");
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}

function isOwn(frame: string, folder: string): boolean {
  return frame.includes(folder) || /[ (]node:|<anonymous>|\(index \d+\)/.test(frame);
}
