const slabBytes = 64 * 1_024;

/**
 * Room for bytes that are kept: a few big arrays instead of many small ones, which cost more than what is in them, and
 * again in each collection of garbage.
 */
export class ByteHeap {
  #slab = new Uint8Array(slabBytes);
  /** Where the next bytes go. */
  at = 0;

  /** The array that the next so many bytes go to, side by side. */
  room(length: number): Uint8Array {
    if (this.at + length > this.#slab.length) {
      this.#slab = new Uint8Array(Math.max(length, slabBytes));
      this.at = 0;
    }
    return this.#slab;
  }

  /** Copies bytes, for which there has to be room, and returns where they begin. */
  put(bytes: Uint8Array): number {
    const { at } = this;
    this.#slab.set(bytes, at);
    this.at = at + bytes.length;
    return at;
  }
}
