const smallest = 1 << 10;

/**
 * A set of 64-bit hashes, each as its upper and its lower half: 16 to 32 bytes of memory for each of them, where a set of
 * texts takes some hundred.
 */
export class HashSet {
  #slots = new Uint32Array(2 * smallest);
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds a hash. Returns false if it was there. */
  add([high, low]: readonly [high: number, low: number]): boolean {
    if (4 * (this.#size + 1) > this.#slots.length) this.#grow();
    // A free slot is all zeros.
    if (!place(this.#slots, high, high === 0 && low === 0 ? 1 : low)) return false;
    this.#size++;
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const high = before[at] as number;
      const low = before[at + 1] as number;
      if (high !== 0 || low !== 0) place(this.#slots, high, low);
    }
  }
}

/** Puts a hash into the first free slot from its own on. Returns false if it is there. */
function place(slots: Uint32Array, high: number, low: number): boolean {
  const mask = slots.length / 2 - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const foundHigh = slots[2 * slot];
    const foundLow = slots[2 * slot + 1];
    if (foundHigh === high && foundLow === low) return false;
    if (foundHigh !== 0 || foundLow !== 0) continue;
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  }
}
