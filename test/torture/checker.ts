import { EntityCheck } from "./entity-check.ts";
import { type Attempt, type Evidence, isFinal } from "./evidence.ts";
import { type History, historiesOf, keyOf, nothingYet, type Step } from "./history.ts";
import { models } from "./model.ts";
import { type Plan, type Planned, planOf } from "./plan.ts";
import { type ProblemKind, Problems } from "./problems.ts";

/** What was looked at. */
export interface Checked {
  entities: number;
  /** Commands that are stored, each compared with the model, and their events and versions. */
  storedCommands: number;
  events: number;
  versions: number;
  attempts: number;
  /** Attempts that were answered by nobody. */
  unanswered: number;
  /** Replies of what was stored, compared with the fold of their prefix; `repeated` of them not for the first time. */
  replies: number;
  repeated: number;
  /** Answers that need a prefix that justifies them. */
  kept: number;
  refused: number;
  conflicts: number;
  clashes: number;
  reads: number;
  /** `unavailable` and `deadline_exceeded`. */
  unknown: number;
}

/** What the checker says. */
export interface Verdict {
  readonly checked: Readonly<Checked>;
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** The first few problems, in words. */
  readonly examples: readonly string[];
}

/**
 * Compares what clients were told with what is stored. A pure function: it has the plan's commands, and rules of its
 * own for what follows from them.
 */
export function check(evidence: Evidence): Verdict {
  const plan = planOf(evidence.seed, evidence.commands);
  const problems = new Problems();
  const histories = historiesOf(evidence, plan, problems);
  const checked: Checked = {
    entities: 0,
    storedCommands: 0,
    events: evidence.events.length,
    versions: evidence.versions.length,
    attempts: evidence.attempts.length,
    unanswered: 0,
    replies: 0,
    repeated: 0,
    kept: 0,
    refused: 0,
    conflicts: 0,
    clashes: 0,
    reads: 0,
    unknown: 0,
  };
  const attempts = byEntity(evidence.attempts, plan);
  for (const [key, own] of attempts) {
    const history = histories.get(key) ?? untouched(plan.command((own[0] as Attempt).number));
    checkEntity(history, own);
  }
  // Something that nobody sent a command to.
  for (const [key, history] of histories) if (!attempts.has(key)) checkEntity(history, []);
  checkComplete(evidence, problems);
  checkFinals(evidence.finals, histories, problems);
  return { checked, problems: problems.counts, examples: problems.examples };

  function checkEntity(history: History, own: readonly Attempt[]): void {
    checked.entities++;
    checked.storedCommands += history.steps.length - 1;
    new EntityCheck(plan, history, own, problems, checked).run();
  }
}

/** Whether clients know of each command what became of it. */
function checkComplete({ attempts, commands }: Evidence, problems: Problems): void {
  const known = new Uint8Array(commands);
  for (const attempt of attempts) if (attempt.kind === "command" && isFinal(attempt)) known[attempt.number] = 1;
  for (const [number, is] of known.entries()) {
    if (is === 0) problems.report("unanswered", `command ${number} was sent until it was answered, and was not`);
  }
}

/** Whether a fresh engine, which replays, finds what the journal has. */
function checkFinals(finals: Evidence["finals"], histories: ReadonlyMap<string, History>, problems: Problems): void {
  for (const final of finals) {
    const { steps } = histories.get(keyOf(final)) ?? untouched(final);
    const { revision, told } = steps.at(-1) as Step;
    if (revision === final.revision && told === final.state) continue;
    const found = `a new engine has ${keyOf(final)} at revision ${final.revision} as ${final.state}`;
    problems.report("wrong recovery", `${found}, and the journal at ${revision} as ${told}`);
  }
}

function byEntity(attempts: readonly Attempt[], plan: Plan): ReadonlyMap<string, readonly Attempt[]> {
  const groups = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const key = keyOf(plan.command(attempt.number));
    const group = groups.get(key);
    if (group) group.push(attempt);
    else groups.set(key, [attempt]);
  }
  return groups;
}

function untouched({ kind, entityId }: Pick<Planned, "kind" | "entityId">): History {
  return { kind, entityId, model: models[kind], steps: [nothingYet(models[kind])] };
}
