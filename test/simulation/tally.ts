import type { Answer } from "./history.ts";
import type { Outcome } from "./simulation.ts";

/** What happened in many worlds, counted. */
export interface Tally {
  worlds: number;
  steps: number;
  attempts: number;
  /** Answers by kind: `accepted`, `repeated`, `unchanged`, `rejected`, `lost`, or the code of the failure. */
  readonly answers: { [kind: string]: number };
  /** What went wrong with store calls and nodes. */
  readonly accidents: { [kind: string]: number };
  /** Seeds whose worlds are not as promised, with their problems. */
  readonly failures: { readonly seed: number; readonly problems: readonly string[] }[];
}

const accidents = ["fails before", "fails after", "fails, done later", "hangs", "crashed", "is stopping"];

/** A tally of nothing. */
export function newTally(): Tally {
  return { worlds: 0, steps: 0, attempts: 0, answers: {}, accidents: {}, failures: [] };
}

/** Counts one world. */
export function count(tally: Tally, { seed, steps, history, trace, problems }: Outcome): void {
  tally.worlds++;
  tally.steps += steps;
  tally.attempts += history.attempts.length;
  for (const { answer } of history.attempts) if (answer) add(tally.answers, kindOf(answer));
  for (const line of trace) {
    const accident = accidents.find((one) => line.endsWith(one));
    if (accident) add(tally.accidents, accident);
  }
  if (problems.length > 0) tally.failures.push({ seed, problems });
}

/** What is to be said of failures, and how to see them again. */
export function failuresOf({ failures }: Tally): string {
  return failures
    .slice(0, 10)
    .map(({ seed, problems }) => [`seed ${seed}:  npm run simulate -- --seed ${seed}`, ...problems].join("\n  "))
    .join("\n");
}

function kindOf(answer: Answer): string {
  if (answer.kind === "failed") return answer.code;
  if (answer.kind !== "accepted") return answer.kind;
  if (answer.repeated) return "repeated";
  return answer.recordedAt === 0 ? "read" : "accepted";
}

function add(counts: { [kind: string]: number }, kind: string): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
}
