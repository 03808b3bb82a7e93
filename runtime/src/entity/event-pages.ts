import type { RevisionRange } from "../journal/event-store.ts";

/** Events read at once. */
export const pageSize = 2_000;

/**
 * The events of an entity from one revision to another, by the page. The next page is on its way while the last one is
 * worked on, so that two are in memory at most, however long the history is.
 */
export async function* eventPages<Event extends { readonly revision: number }>(
  load: (range: RevisionRange) => Promise<readonly Event[]>,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<readonly Event[]> {
  const ask = (next: number) => {
    const page = load({ from: next, to, limit: pageSize });
    // Nobody waits for it any more if the page before it is broken.
    page.catch(() => undefined);
    return page;
  };
  let asked: Promise<readonly Event[]> | undefined = from <= to ? ask(from) : undefined;
  while (asked) {
    const page: readonly Event[] = await asked;
    const last = page.at(-1)?.revision ?? to;
    asked = page.length >= pageSize && last < to ? ask(last + 1) : undefined;
    yield page;
  }
}
