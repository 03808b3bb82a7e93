import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";

/** What a store threw as an `EgoError`: itself, or `unavailable`, since a store may throw whatever its driver does. */
export function storeFailure(cause: unknown): EgoError {
  if (cause instanceof EgoError) return cause;
  const what = textOf(cause);
  return new EgoError("unavailable", `The store failed: ${what}`, { cause });
}

/** The failure of a store that has not answered in time. */
export function overdue(timeoutMs: number): EgoError {
  return new EgoError("unavailable", `The store has not answered for ${timeoutMs} ms (storeTimeoutMs).`);
}
