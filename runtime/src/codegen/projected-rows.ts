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
  /**
   * Begins with writes that go to the database together; in a transaction, which is to be rolled back if one fails.
   *
   * @param alone whether each is a statement of its own, so that it is known which one failed. Default: false
   */
  batch(alone?: boolean): RowBatch;
}

/** Writes of rows that are gathered, and then handed over in one go. */
export interface RowBatch {
  /**
   * As the call of that name of `ProjectedRows`, when it is sent.
   *
   * @throws EgoError `invalid_argument` as that does for what it is given, at once; this write is not among them then
   */
  upsert(key: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>): void;
  increment(key: Readonly<Record<string, unknown>>, numbers: Readonly<Record<string, unknown>>): void;
  remove(key: Readonly<Record<string, unknown>>): void;
  /**
   * Hands what was gathered since the last time to the database, which does it in that order: before this returns, as a
   * single write is.
   *
   * @returns the first that failed, if one did, when all are done that will be; of those behind it, some may be
   */
  send(): Promise<FailedWrite | undefined>;
}

/** A write that failed. */
export interface FailedWrite {
  /**
   * Its place among those that were sent with it, from 0. Undefined if it is one of several that went in one statement, as
   * databases may do it: sent alone, it would tell.
   */
  readonly index: number | undefined;
  /** What a single write would have thrown. */
  readonly failure: unknown;
}
