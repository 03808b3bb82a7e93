/** Rows of a read model's table, by local names of fields. Each call is one statement; nothing is read before it is written. */
export interface ProjectedRows {
  /**
   * Inserts the row of a key, or changes these fields of it. Fields that are not given have the value of an empty message
   * in a new row; `undefined` counts as not set.
   */
  upsert(key: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Adds to numbers. What is not set, and what has no row yet, counts as 0. */
  increment(key: Readonly<Record<string, unknown>>, numbers: Readonly<Record<string, unknown>>): Promise<void>;
  /** Deletes the row, if there is one. */
  remove(key: Readonly<Record<string, unknown>>): Promise<void>;
}
