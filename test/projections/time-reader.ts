import type { Kysely } from "kysely";
import type { WitnessDatabase } from "./witnessed-journal.ts";

/** A reader that a projection must not be: it goes on behind the time of the last event that it has read. */
export class TimeReader {
  readonly #db: Kysely<WitnessDatabase>;
  readonly #page: number;
  readonly #seen: string[] = [];
  #after = 0;

  constructor(db: Kysely<WitnessDatabase>, page: number) {
    this.#db = db;
    this.#page = page;
  }

  /** Reads on to the end. Answers the ids of all events that it has ever seen. */
  async read(): Promise<readonly string[]> {
    for (;;) {
      const rows = await this.#db
        .selectFrom("ego_events")
        .select(["entity_id", "recorded_at"])
        .where("recorded_at", ">", this.#after)
        .orderBy("recorded_at")
        .limit(this.#page)
        .execute();
      for (const row of rows) {
        this.#seen.push(String(row.entity_id));
        this.#after = Number(row.recorded_at);
      }
      if (rows.length === 0) return this.#seen;
    }
  }
}
