import { EntityMap } from "../entity-map.ts";

/**
 * Revisions of the entities that this connection wrote itself. For those the key of the table is fence enough; the
 * heads of all others are read before an append. Bounded: it forgets what was not used for long.
 */
export class Heads {
  readonly #limit: number;
  #recent = new EntityMap<number, number>();
  #older = new EntityMap<number, number>();

  /** Remembers at least `limit` entities, at most twice as many. */
  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  get(type: number, id: string): number | undefined {
    return this.#recent.get(type, id) ?? this.#older.get(type, id);
  }

  set(type: number, id: string, head: number): void {
    if (this.#recent.size >= this.#limit) {
      this.#older = this.#recent;
      this.#recent = new EntityMap();
    }
    this.#recent.set(type, id, head);
  }

  /** Forgets all: after a transaction that failed, what was noted in it never happened. */
  clear(): void {
    this.#recent = new EntityMap();
    this.#older = new EntityMap();
  }
}
