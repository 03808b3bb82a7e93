/** What can be wrong. */
export const problemKinds = [
  /** Acknowledged, and not stored. */
  "lost",
  /** Stored twice. */
  "doubled",
  /** A revision or a position is missing. */
  "hole",
  /** Some events of a command are stored, and not all. */
  "half",
  /** Stored is what the command does not store there. */
  "wrong event",
  /** Stored by a command that nobody sent. */
  "unknown",
  /** Stored for another entity, or in another shard. */
  "misplaced",
  /** A reply with another revision or state than the journal has of the command. */
  "wrong reply",
  "wrong position",
  "wrong time",
  /** Two replies with one revision and different states. */
  "fork",
  /** An answer from a state that is older than what its engine had told before. */
  "stale",
  /** An answer from a state that cannot have been there yet. */
  "premature",
  /** A rejection, a no-op, a failed precondition or a conflict that follows from no state of the entity. */
  "unjustified",
  /** Two replies say that they are the first: what the earlier one told was not stored. */
  "early",
  /** A reply says that the command was stored before, by nobody. */
  "repeated without first",
  /** Stored, though each attempt was told that it was not. */
  "stored though refused",
  /** Stored before what was acknowledged before it was sent. */
  "out of order",
  /** A revision was expected, and stored was another. */
  "ignored revision",
  /** Decided again by an engine that had told of it before. */
  "forgotten",
  /** The id of one command was taken for another. */
  "clash",
  /** No client knows what became of the command. */
  "unanswered",
  /** A failure that should not be. */
  "unexpected",
  /** A new engine finds another state than the journal has. */
  "wrong recovery",
] as const;

/** One of the things that can be wrong. */
export type ProblemKind = (typeof problemKinds)[number];

/** What was found to be wrong: how often each, and the first few in words. */
export class Problems {
  readonly #counts = new Map<ProblemKind, number>();
  readonly #examples: string[] = [];

  report(kind: ProblemKind, what: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= 5) this.#examples.push(`${kind}: ${what}`);
  }

  get counts(): Readonly<Partial<Record<ProblemKind, number>>> {
    return Object.fromEntries(this.#counts);
  }

  get examples(): readonly string[] {
    return this.#examples;
  }
}
