import { type Bench, openBench } from "./bench.ts";
import type { Ability, StoreSubject } from "./store-subject.ts";

/** What a case of the contract is about. */
export type ContractPart =
  | "append"
  | "batch"
  | "ids"
  | "content"
  | "load"
  | "read"
  | "snapshots"
  | "retention"
  | "reopening"
  | "sharing"
  | "states"
  | "versions"
  | "projections"
  | "dead letters"
  | "leases";

/** One promise of the contract. */
export interface ContractCase {
  /** The promise, as a sentence. */
  readonly name: string;
  readonly part: ContractPart;
  /** What the store must be able to do; without it the case is skipped. */
  readonly needs: readonly Ability[];
  /** Whether the case needs a journal of its own. The others may share one, if they run one after the other. */
  readonly ownJournal: boolean;
  /**
   * Tries the promise on a journal of the subject; resolves if it is kept.
   *
   * @throws ContractError with `expected` and `actual` if it is not
   */
  run(subject: StoreSubject): Promise<void>;
}

/** How a promise is tried. */
export type Trial = (bench: Bench) => Promise<void>;

/** Makes cases of one part, by their names. */
export function casesOf(
  part: ContractPart,
  trials: Readonly<Record<string, Trial>>,
  options: { readonly needs?: readonly Ability[]; readonly ownJournal?: boolean } = {},
): readonly ContractCase[] {
  const { needs = [], ownJournal = false } = options;
  return Object.entries(trials).map(([name, trial]) => ({
    name,
    part,
    needs,
    ownJournal,
    async run(subject) {
      await using bench = await openBench(subject);
      await trial(bench);
    },
  }));
}
