import { checkAnswer } from "./check-answer.ts";
import type { Attempt, History } from "./history.ts";
import { type Model, nothing, verdictOf, wordsOf } from "./model.ts";
import type { Operation } from "./operation.ts";
import type { Plan } from "./plan.ts";
import type { Found } from "./recovered.ts";
import type { SimulatedJournal } from "./simulated-journal.ts";
import { checkPositions, type StoredCommand, storedOfAccount, storedOfItem } from "./stored-history.ts";

/** An entity as it was at one revision. */
export interface Version {
  readonly revision: number;
  readonly model: Model;
}

/** What the journal says of one entity, and what the model makes of it. */
export interface Chronicle {
  readonly commands: readonly StoredCommand[];
  /** Before the first command, and after each. */
  readonly versions: readonly Version[];
  /** Where each operation is stored. */
  readonly stored: ReadonlyMap<Operation, StoredCommand>;
}

/**
 * Compares the journal, what callers were told, and an independent model. Each problem is a line, whose first word says
 * of what kind it is.
 *
 * @param recovered what an engine found in the end; undefined if it did not come to that
 */
export async function check(
  journal: SimulatedJournal,
  history: History,
  plan: Plan,
  recovered: readonly Found[] | undefined,
): Promise<readonly string[]> {
  const problems: string[] = [];
  await checkPositions(journal.inner, problems);
  const chronicles = new Map<string, Chronicle>();
  const operations = new Map(history.attempts.map(({ operation: { id, kind } }) => [id, kind]));
  for (const [id, kind] of operations) {
    const read = kind === "account" ? storedOfAccount : storedOfItem;
    chronicles.set(id, chronicleOf(await read(journal.inner, id, problems), history, problems));
  }
  const firsts = new Set<Operation>();
  for (const attempt of history.attempts) {
    const chronicle = chronicles.get(attempt.operation.id);
    if (chronicle) checkAnswer(attempt, chronicle, { history, journal, plan, firsts, problems });
    checkDecisions(attempt, problems);
  }
  checkSeen(history, chronicles, problems);
  for (const { id, revision, state } of recovered ?? []) {
    const last = chronicles.get(id)?.versions.at(-1) ?? { revision: 0, model: nothing };
    if (revision !== last.revision || state !== wordsOf(last.model)) {
      problems.push(
        `recovery: ${id} is found at ${revision}, ${state}; it is at ${last.revision}, ${wordsOf(last.model)}`,
      );
    }
  }
  return problems;
}

/** Follows what is stored of an entity with the model. */
function chronicleOf(commands: readonly StoredCommand[], history: History, problems: string[]): Chronicle {
  const stored = new Map<Operation, StoredCommand>();
  const ids = new Set<string | null>();
  /** The last attempt of each node that is stored. */
  const lastOf = new Map<string, number>();
  const versions: Version[] = [{ revision: 0, model: nothing }];
  for (const command of commands) {
    const { id, to, from } = command;
    const attempt = history.attempts[command.attempt];
    if (ids.has(command.commandId))
      problems.push(`doubled: the id ${command.commandId} is stored again at ${to} of ${id}`);
    ids.add(command.commandId);
    const { model } = versions.at(-1) as Version;
    if (!attempt || attempt.operation.id !== id) {
      problems.push(`invented: revision ${to} of ${id} is of no command that was sent`);
      versions.push({ revision: to, model });
      continue;
    }
    const { operation, node, index } = attempt;
    if (index < (lastOf.get(node) ?? 0)) {
      problems.push(
        `order: ${node} was sent ${index} before ${lastOf.get(node)}, and it is stored behind it, at ${to} of ${id}`,
      );
    }
    lastOf.set(node, index);
    const before = stored.get(operation);
    if (before) problems.push(`doubled: operation ${operation.index} is stored at ${before.to} and ${to} of ${id}`);
    stored.set(operation, command);
    checkStored(command, attempt, problems);
    const verdict = verdictOf(model, operation);
    if (verdict.kind !== "stored") {
      problems.push(
        `wrong: operation ${operation.index} is stored at ${to} of ${id}, and it was ${verdict.kind} there`,
      );
      versions.push({ revision: to, model });
      continue;
    }
    const { events = verdict.events } = command;
    if (events.join() !== verdict.events.join() || (operation.kind === "account" && to - from !== events.length)) {
      problems.push(
        `wrong: operation ${operation.index} at ${to} of ${id} is ${events.join()}, not ${verdict.events.join()}`,
      );
    }
    versions.push({ revision: to, model: verdict.after });
  }
  return { commands, versions, stored };
}

/** Whether what is stored was to be stored. */
function checkStored(command: StoredCommand, attempt: Attempt, problems: string[]): void {
  const { id, to, from, commandId, recordedAt } = command;
  const { operation, index, skewMs, sentAt, deadline = Infinity, floor } = attempt;
  const what = `${index} at ${to} of ${id}`;
  if (attempt.commandId !== undefined && attempt.commandId !== commandId) {
    problems.push(`forgotten: ${what} has the id ${commandId} instead of ${attempt.commandId}`);
  }
  if (operation.expectedRevision !== undefined && operation.expectedRevision !== from) {
    problems.push(`stale: ${what} expects ${operation.expectedRevision}`);
  }
  if (from < floor) problems.push(`stale: ${what} is decided at ${from}, and ${floor} was told before`);
  const at = recordedAt - skewMs;
  if (at < sentAt) problems.push(`time: ${what} is recorded at ${at}, and it was sent at ${sentAt}`);
  if (at > deadline) problems.push(`late: ${what} is recorded at ${at}, and its caller gave up at ${deadline}`);
  if (!attempt.decisions.some(({ revision }) => revision === from)) {
    problems.push(`invented: ${what} was never decided at ${from}`);
  }
}

/** Nothing is decided after its deadline, nor on what its node had left behind. */
function checkDecisions({ index, deadline = Infinity, decisions, floor }: Attempt, problems: string[]): void {
  for (const { at, revision } of decisions) {
    if (at > deadline) problems.push(`late: ${index} is decided at ${at}, and its caller gave up at ${deadline}`);
    if (revision < floor)
      problems.push(`stale: ${index} is decided at revision ${revision}, and ${floor} was told before`);
  }
}

/** A subscriber sees what is stored, each revision of an account once and in order, those of an item in order. */
function checkSeen(history: History, chronicles: ReadonlyMap<string, Chronicle>, problems: string[]): void {
  const last = new Map<string, number>();
  for (const { node, id, revision, attempt } of history.seen) {
    const key = `${node} ${id}`;
    const before = last.get(key);
    last.set(key, revision);
    const next = id.startsWith("a-") ? revision === (before ?? revision - 1) + 1 : revision > (before ?? 0);
    if (!next) problems.push(`stream: a subscriber of ${node} is given ${revision} of ${id} after ${before}`);
    const command = chronicles.get(id)?.commands.find(({ from, to }) => from < revision && revision <= to);
    if (command?.attempt !== attempt) {
      problems.push(
        `stream: a subscriber of ${node} is given ${revision} of ${id} as of ${attempt}, which is not stored`,
      );
    }
  }
}
