import type { StoredEvent } from "./event-store.ts";

const firstPage = 64;
const largestPage = 2_000;
const pageBytes = 4 << 20;

/** How many events to ask for at a time: pages are made as long as they can be without being larger than 4 MiB. */
export class PageSize {
  #limit = firstPage;

  /** Events of the next page, at most. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Notes a page that was read.
   *
   * @param filled whether it had as many events as it could
   */
  note(page: readonly StoredEvent[], filled: boolean): void {
    let bytes = 0;
    for (const { payload, metadata } of page) bytes += (payload?.length ?? 0) + metadata.length;
    if (bytes <= pageBytes && !filled) return;
    const fitting = Math.floor(pageBytes / Math.max(1, bytes / page.length));
    this.#limit = Math.max(1, Math.min(fitting, this.#limit * 2, largestPage));
  }
}
