import type { Attempt } from "./evidence.ts";

/** When which attempt was sent and answered, for one entity. */
export class Timeline {
  /** The highest revision that its engine had told when an attempt was sent. */
  readonly #floors = new Map<Attempt, number>();
  /** Times at which a higher revision was told than ever before, ascending, with the revision. */
  readonly #records: { readonly at: number; readonly revision: number }[] = [];
  /** The attempts of each command that may have stored it, in the order in which they were sent. */
  readonly #storing = new Map<number, Attempt[]>();
  readonly #sentAt = new Map<number, number>();
  /** The attempts of each command that were refused. */
  readonly #refused = new Map<number, Attempt[]>();

  constructor(attempts: readonly Attempt[]) {
    const moments = attempts.flatMap((attempt): Moment[] => {
      const sent = { at: attempt.sentAt, attempt, revision: undefined };
      const { answer } = attempt;
      return answer?.kind === "accepted" ? [sent, { at: answer.at, attempt, revision: answer.revision }] : [sent];
    });
    // At one time: as if both went on side by side.
    moments.sort((a, b) => a.at - b.at || (a.revision === undefined ? -1 : 1));
    const told = new Map<string, number>();
    for (const { at, attempt, revision } of moments) {
      if (revision === undefined) this.#sent(attempt, told.get(attempt.engine) ?? 0);
      else {
        told.set(attempt.engine, Math.max(revision, told.get(attempt.engine) ?? 0));
        if (revision > (this.#records.at(-1)?.revision ?? 0)) this.#records.push({ at, revision });
      }
    }
  }

  #sent(attempt: Attempt, floor: number): void {
    this.#floors.set(attempt, floor);
    const { kind, number, sentAt } = attempt;
    if (kind !== "command") return;
    if (!this.#sentAt.has(number)) this.#sentAt.set(number, sentAt);
    if (attempt.answer?.kind === "refused") add(this.#refused, attempt);
    if (this.#mayStore(attempt)) add(this.#storing, attempt);
  }

  /** Whether an attempt may have stored something, by what its client knows. */
  #mayStore({ answer }: Attempt): boolean {
    switch (answer?.kind) {
      case undefined:
        return true;
      case "accepted":
        return answer.position > 0;
      case "refused":
        return false;
      case "failed":
        return answer.code !== "conflict" && answer.code !== "invalid_argument";
    }
  }

  /** The highest revision that its engine had told when an attempt was sent. */
  floorOf(attempt: Attempt): number {
    return this.#floors.get(attempt) ?? 0;
  }

  /** When a command was first sent; undefined if it never was. */
  sentAt(number: number): number | undefined {
    return this.#sentAt.get(number);
  }

  /** When the first attempt was sent that may have stored a command; undefined if none may. */
  mayHaveStoredAt(number: number): number | undefined {
    return this.#storing.get(number)?.find((attempt) => !this.#settled(attempt))?.sentAt;
  }

  /**
   * Whether an attempt has not stored its command: its client was told that it is not known, asked the same engine again,
   * and was refused. An engine does not answer before it knows.
   */
  #settled({ number, engine, answer }: Attempt): boolean {
    if (answer?.kind !== "failed") return false;
    const later = this.#refused.get(number) ?? [];
    return later.some((refused) => refused.engine === engine && refused.sentAt > answer.at);
  }

  /** Whether another attempt, sent before this one was answered, may have stored the command for the first time. */
  mayHaveStored(number: number, { answer, ...own }: Attempt): boolean {
    const others = this.#storing.get(number) ?? [];
    return others.some(
      (other) =>
        (other.sentAt !== own.sentAt || other.engine !== own.engine) &&
        other.sentAt < (answer?.at ?? Number.POSITIVE_INFINITY) &&
        !(other.answer?.kind === "accepted" && other.answer.repeated),
    );
  }

  /** The highest revision that anybody had been told before a time. */
  toldBefore(time: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.at ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return this.#records[low - 1]?.revision ?? 0;
  }
}

function add(attempts: Map<number, Attempt[]>, attempt: Attempt): void {
  const same = attempts.get(attempt.number);
  if (same) same.push(attempt);
  else attempts.set(attempt.number, [attempt]);
}

interface Moment {
  readonly at: number;
  readonly attempt: Attempt;
  /** What was told; undefined where it was sent. */
  readonly revision: number | undefined;
}
