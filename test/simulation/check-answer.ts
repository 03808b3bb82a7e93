import type { Chronicle, Version } from "./checker.ts";
import type { Answer, Attempt, History } from "./history.ts";
import { type Verdict, verdictOf, wordsOf } from "./model.ts";
import type { Operation } from "./operation.ts";
import type { Plan } from "./plan.ts";
import type { SimulatedJournal } from "./simulated-journal.ts";

/** What the check of an answer needs besides. */
export interface Circumstances {
  readonly history: History;
  readonly journal: SimulatedJournal;
  readonly plan: Plan;
  /** Operations of which somebody was told that they were stored just then. */
  readonly firsts: Set<Operation>;
  readonly problems: string[];
}

/** As often as an engine decides a command again because others were first. */
const maxConflicts = 5;

/** Checks what a caller was told of an attempt. */
export function checkAnswer(attempt: Attempt, chronicle: Chronicle, circumstances: Circumstances): void {
  const { answer, index, operation } = attempt;
  const problem = (kind: string, what: string) =>
    circumstances.problems.push(`${kind}: ${index}, ${operation.command} of ${operation.id}: ${what}`);
  if (!answer) return;
  switch (answer.kind) {
    case "accepted":
      checkAccepted(attempt, answer, chronicle, circumstances, problem);
      return;
    case "rejected":
      checkJustified(attempt, chronicle, answer.what, problem);
      return;
    case "failed":
      checkFailed(attempt, answer, chronicle, circumstances, problem);
      return;
    case "lost":
  }
}

type Problem = (kind: string, what: string) => void;
type Accepted = Extract<Answer, { readonly kind: "accepted" }>;
type Failed = Extract<Answer, { readonly kind: "failed" }>;

function checkAccepted(
  attempt: Attempt,
  answer: Accepted,
  chronicle: Chronicle,
  { firsts }: Circumstances,
  problem: Problem,
): void {
  const { operation, floor, ceiling = 0 } = attempt;
  const { revision, repeated, position, recordedAt, state } = answer;
  const stored = chronicle.stored.get(operation);
  const version = chronicle.versions.find((one) => one.revision === revision);
  if (!version) {
    problem("lost", `revision ${revision} was told, and is not there`);
    return;
  }
  if (revision > ceiling) problem("early", `revision ${revision} was told when ${ceiling} was stored`);
  const isStored = stored !== undefined && stored.to === revision && (repeated || stored.attempt === attempt.index);
  if (!isStored) {
    if (repeated) problem("lost", `was told again at ${revision}, and is stored at ${stored?.to}`);
    else if (position !== 0)
      problem("lost", `was told at ${revision}, position ${position}, and is stored at ${stored?.to}`);
    else checkUnchanged(attempt, answer, version, chronicle, problem);
    return;
  }
  if (position !== stored.position) problem("wrong", `position ${position} was told, and it is at ${stored.position}`);
  if (recordedAt !== stored.recordedAt)
    problem("wrong", `time ${recordedAt} was told, and it is of ${stored.recordedAt}`);
  if (!repeated) {
    if (firsts.has(operation)) problem("doubled", "was told twice as something new");
    firsts.add(operation);
  }
  // Of a durable state that is told again, the state is the one of now.
  const states =
    repeated && operation.kind === "item" ? versionsWithin(chronicle, Math.max(revision, floor), ceiling) : [version];
  if (!states.some(({ model }) => wordsOf(model) === state)) {
    problem("wrong", `${state} was told at ${revision}, and it is ${wordsOf(version.model)}`);
  }
}

/** A no-op, or a read: it says what is so at a revision that is not older than what the node told before. */
function checkUnchanged(
  attempt: Attempt,
  { revision, state }: Accepted,
  { model }: Version,
  { stored }: Chronicle,
  problem: Problem,
): void {
  const { operation, floor } = attempt;
  if (revision < floor) problem("stale", `revision ${revision} was told, and ${floor} was told before`);
  if (state !== wordsOf(model)) problem("wrong", `${state} was told at ${revision}, and it is ${wordsOf(model)}`);
  const verdict = verdictOf(model, operation);
  if (verdict.kind !== "unchanged")
    problem("lost", `was told to change nothing at ${revision}, and it was ${verdict.kind}`);
  const before = attempt.commandId === undefined ? undefined : stored.get(operation);
  if (before && before.to <= revision)
    problem("forgotten", `was told as new at ${revision}, and is stored at ${before.to}`);
  if (operation.expectedRevision !== undefined && operation.expectedRevision !== revision) {
    problem("stale", `was told at ${revision}, and expects ${operation.expectedRevision}`);
  }
}

function checkFailed(
  attempt: Attempt,
  answer: Failed,
  chronicle: Chronicle,
  { history, journal, plan }: Circumstances,
  problem: Problem,
): void {
  const { operation, deadline, answeredAt = 0, sentStep, answeredStep = 0, floor, ceiling = 0 } = attempt;
  const { code, message, revision } = answer;
  switch (code) {
    case "already_exists":
    case "not_found":
    case "handler_failed":
      checkJustified(attempt, chronicle, code, problem);
      return;
    case "deadline_exceeded":
      if (answeredAt !== deadline) problem("time", `gave up at ${answeredAt}, and its deadline is ${deadline}`);
      return;
    case "conflict": {
      if (operation.expectedRevision === undefined || revision === undefined) {
        const refusals = journal.refusals(operation.id);
        if (refusals <= maxConflicts)
          problem("wrong", `was told of ${maxConflicts} conflicts, and there were ${refusals}`);
        return;
      }
      const known = chronicle.versions.some((one) => one.revision === revision);
      if (!known || revision < floor || revision > ceiling) {
        problem("stale", `conflict at ${revision} was told, and it was ${floor} to ${ceiling}`);
      }
      if (revision === operation.expectedRevision) problem("wrong", `conflict at ${revision}, which it expects`);
      const before = attempt.commandId === undefined ? undefined : chronicle.stored.get(operation);
      if (before && before.to <= revision)
        problem("forgotten", `conflict at ${revision}, and is stored at ${before.to}`);
      return;
    }
    case "unavailable": {
      const life = history.nodes.get(attempt.node);
      const failed = life?.failures.some((step) => sentStep <= step && step <= answeredStep);
      const stopping = (life?.stopping ?? Infinity) <= sentStep;
      const { storeTimeoutMs } = plan;
      const hung =
        message.includes("storeTimeoutMs") &&
        life?.waits.some(({ from, to = Infinity }) => from + storeTimeoutMs <= Math.min(to, answeredAt));
      const full = /maxCommands|maxMailbox/.test(message) && attempt.sentStep === answeredStep;
      if (!failed && !stopping && !full && !hung) problem("wrong", `unavailable, and nothing failed: ${message}`);
      return;
    }
    default:
      problem("wrong", `${code}: ${message}`);
  }
}

/** A refusal holds at some revision that the node may have looked at, where the operation is not stored yet. */
function checkJustified(attempt: Attempt, chronicle: Chronicle, what: string, problem: Problem): void {
  const { operation, floor, ceiling = 0 } = attempt;
  const before = attempt.commandId === undefined ? undefined : chronicle.stored.get(operation);
  const justified = versionsWithin(chronicle, floor, ceiling).some(({ revision, model }) => {
    if (before && before.to <= revision) return false;
    const { expectedRevision = revision } = operation;
    return expectedRevision === revision && refusalOf(verdictOf(model, operation)) === what;
  });
  if (!justified) problem("wrong", `${what} was told, which holds nowhere from ${floor} to ${ceiling}`);
}

function refusalOf(verdict: Verdict): string | undefined {
  if (verdict.kind === "rejected") return verdict.what;
  return verdict.kind === "failed" ? verdict.code : undefined;
}

function versionsWithin({ versions }: Chronicle, from: number, to: number): readonly Version[] {
  return versions.filter(({ revision }) => from <= revision && revision <= to);
}
