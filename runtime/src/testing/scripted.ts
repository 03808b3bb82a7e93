/** Answers in an order: each answers one call, the last one all that follow, until another is added. */
export class Scripted<Answer> {
  readonly #answers: Answer[] = [];
  #next = 0;

  add(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  /** The answer to the next call; undefined if there is none at all. */
  take(): Answer | undefined {
    const last = this.#answers.length - 1;
    if (this.#next > last) return this.#answers[last];
    return this.#answers[this.#next++];
  }
}
