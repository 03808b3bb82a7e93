/** The folder of this package's code. */
const own = new URL("..", import.meta.url).href;

/**
 * A stack without the frames at its end that are this package's or Node's, and with those of this package as one line where
 * they are between others: how an engine came to call a handler helps nobody who looks for a mistake in it. A stack of
 * nothing else stays whole.
 */
export function withoutOwnFrames(stack: string, folder: string = own): string {
  const lines = stack.split("\n");
  const last = lines.findLastIndex((line) => isTheirs(placeOf(line)));
  if (last < 0) return stack;
  const kept: string[] = [];
  /** Frames in a row that are not theirs. */
  let run: string[] = [];
  for (const line of lines.slice(0, last + 1)) {
    const place = placeOf(line);
    if (place !== undefined && !isTheirs(place)) {
      run.push(line);
      continue;
    }
    const count = run.filter((one) => placeOf(one)?.startsWith(folder)).length;
    kept.push(...(count === 0 ? run : [`    … ${count} of @ego/runtime`]), line);
    run = [];
  }
  return kept.join("\n");

  function isTheirs(place: string | undefined): boolean {
    return place !== undefined && !place.startsWith(folder) && !/^(?:node:|<anonymous>|index )/.test(place);
  }
}

/** Where a frame is; undefined for a line that is none. */
function placeOf(line: string): string | undefined {
  return /^\s+at (?:.* )?\(?([^\s()]*:\d+:\d+|<anonymous>|index \d+)\)?$/.exec(line)?.[1];
}
