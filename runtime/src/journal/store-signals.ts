/**
 * Tells other programs on the same journal that something was stored, and is told by them, sooner than they would find it
 * by looking. Nothing depends on it: a signal may be lost, or come for nothing.
 */
export interface StoreSignals {
  /** Something was stored, and is committed. Returns at once: many calls are one signal. Never throws. */
  send(): void;
  /**
   * Calls back whenever another program has stored something, until what is returned is called.
   *
   * @param heard is called once, too, whenever the connection was made again: signals may have been missed
   */
  listen(heard: () => void): () => void;
}
