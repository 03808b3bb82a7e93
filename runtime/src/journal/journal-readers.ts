/** Somebody who reads the journal on and on, and has to find there what it has not read yet. */
export interface JournalReader {
  /** What an operator calls it. */
  readonly name: string;
  /** The last position of a shard that it has done with: what is behind it, it still needs. 0 for all. */
  position(shard: number): number | Promise<number>;
}

/** All who read the journal on: retention takes no payload that one of them still needs. */
export class JournalReaders {
  readonly #readers = new Set<JournalReader>();

  /** Adds a reader; what is returned takes it out again. */
  add(reader: JournalReader): () => void {
    this.#readers.add(reader);
    return () => {
      this.#readers.delete(reader);
    };
  }

  /** The last position of a shard that all have done with; that of the last event there can be if nobody reads. */
  async slowest(shard: number): Promise<number> {
    const positions = await Promise.all([...this.#readers].map((reader) => reader.position(shard)));
    return Math.min(Number.MAX_SAFE_INTEGER, ...positions);
  }
}
