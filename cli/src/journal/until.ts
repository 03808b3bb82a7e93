import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";
import type { Until } from "./tools.ts";

/**
 * What `--at` says: a revision, or a time.
 *
 * @throws Failure if it is neither
 */
export function untilOf(typed: string | undefined): Until {
  if (typed === undefined) return {};
  if (/^\d{1,15}$/.test(typed) && Number(typed) > 0) return { revision: Number(typed) };
  const time = /^\d{4}-\d\d-\d\d/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (!Number.isNaN(time)) return { time };
  throw new Failure(
    "input",
    `\`--at ${printableName(typed)}\` is neither a revision, from 1 on, nor a time. Write \`--at 3\` or \`--at 2026-08-01T12:00:00Z\`.`,
  );
}
