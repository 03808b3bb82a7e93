const width = 20;

/**
 * How far something is, as one line: `Rebuilding balances [#####---------------]  25 %  250 of 1,000 events`.
 *
 * @param done of all, at most that
 */
export function progressBar(label: string, done: number, all: number, what: string): string {
  const part = all === 0 ? 1 : Math.min(1, Math.max(0, done / all));
  const full = Math.floor(part * width);
  const percent = String(Math.floor(part * 100)).padStart(3);
  const counts = `${done.toLocaleString("en")} of ${all.toLocaleString("en")} ${what}`;
  return `${label} [${"#".repeat(full)}${"-".repeat(width - full)}] ${percent} %  ${counts}`;
}
