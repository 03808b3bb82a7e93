import { type Evidence, type JournalEvent, type JournalVersion, numberOf } from "./evidence.ts";
import { type Fact, type Model, models } from "./model.ts";
import type { Plan, Planned } from "./plan.ts";
import type { Problems } from "./problems.ts";

/** An entity after one of its commands. */
export interface Step {
  /** The command; -1 before the first one, and for one that nobody knows. */
  readonly number: number;
  readonly revision: number;
  /** Of the command's last event, or of the version. */
  readonly position: number;
  readonly recordedAt: number;
  readonly state: unknown;
  /** The state in the words of the log. */
  readonly told: string;
}

/** What the journal says of one entity, folded by the model. The first step is that there is nothing. */
export interface History {
  readonly kind: Planned["kind"];
  readonly entityId: string;
  readonly model: Model<unknown>;
  readonly steps: readonly Step[];
}

/** The name of an entity among the histories. */
export function keyOf({ kind, entityId }: Pick<Planned, "kind" | "entityId">): string {
  return `${kind} ${entityId}`;
}

/** Folds what is stored, command by command, and looks whether each is there once, whole, and as the rules have it. */
export function historiesOf(evidence: Evidence, plan: Plan, problems: Problems): ReadonlyMap<string, History> {
  const histories = new Map<string, History>();
  const seen = new Set<number>();
  checkPositions(evidence.events, problems);
  checkPositions(evidence.versions, problems);
  for (const [entityId, events] of grouped(evidence.events)) {
    const commands = commandsOf(events, problems);
    histories.set(keyOf({ kind: "account", entityId }), folded("account", entityId, commands));
  }
  for (const [entityId, versions] of grouped(evidence.versions)) {
    const commands = versions.map((version): StoredCommand => ({ ...version, facts: undefined }));
    histories.set(keyOf({ kind: "item", entityId }), folded("item", entityId, commands));
  }
  return histories;

  function folded(kind: Planned["kind"], entityId: string, commands: readonly StoredCommand[]): History {
    const model = models[kind];
    const history = { kind, entityId, model };
    const steps: Step[] = [nothingYet(model)];
    let revision = 0;
    for (const one of commands) {
      const what = `${keyOf(history)} at revision ${one.revision}`;
      const number = one.commandId === null ? undefined : numberOf(one.commandId, plan.commands);
      const { state } = steps.at(-1) as Step;
      if (one.revision - (one.facts?.length ?? 1) !== revision) {
        problems.report("hole", `${what} follows revision ${revision}`);
      }
      revision = one.revision;
      const facts = factsOf(model, state, what, one, number);
      const next = facts.reduce(model.fold, state);
      steps.push({ ...one, number: number ?? -1, state: next, told: model.told(next) });
      if (number === undefined) continue;
      if (seen.has(number)) problems.report("doubled", `command ${number} is stored again as ${what}`);
      seen.add(number);
      const planned = keyOf(plan.command(number));
      if (planned !== keyOf(history))
        problems.report("misplaced", `command ${number} of ${planned} is stored as ${what}`);
    }
    return { ...history, steps };
  }

  /** What a command stored, compared with what it had to store. Of a durable state only the latter is known. */
  function factsOf(
    model: Model<unknown>,
    state: unknown,
    what: string,
    { facts, commandId }: StoredCommand,
    number: number | undefined,
  ): readonly Fact[] {
    if (number === undefined) {
      problems.report("unknown", `${what} is by ${commandId}, which is no command of the plan`);
      return facts ?? [];
    }
    const decision = model.decide(state, plan.command(number));
    if (decision.kind !== "stored") {
      problems.report("wrong event", `${what} is command ${number}, which stores nothing there: ${decision.kind}`);
      return facts ?? [];
    }
    if (facts === undefined) return decision.facts;
    const [is, wanted] = [facts.map(String), decision.facts.map(String)];
    if (is.join() !== wanted.join()) {
      const half = is.length < wanted.length && is.every((fact) => wanted.includes(fact));
      problems.report(half ? "half" : "wrong event", `${what} is ${is.join("; ")} instead of ${wanted.join("; ")}`);
    }
    return facts;
  }
}

/** The step of an entity that nobody has written. */
export function nothingYet(model: Model<unknown>): Step {
  const state = model.initial;
  return { number: -1, revision: 0, position: 0, recordedAt: 0, state, told: model.told(state) };
}

interface StoredCommand {
  readonly commandId: string | null;
  /** Undefined where only that something was stored is known. */
  readonly facts: readonly Fact[] | undefined;
  /** Of its last event. */
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: number;
}

/** Puts the events of each command together. */
function commandsOf(events: readonly JournalEvent[], problems: Problems): readonly StoredCommand[] {
  const commands: StoredCommand[] = [];
  let last: JournalEvent | undefined;
  for (const event of events) {
    const { commandId, revision, position, recordedAt, fact, shard } = event;
    const what = `account ${event.entityId} at revision ${revision}`;
    if (last && revision !== last.revision + 1) problems.report("hole", `${what} follows revision ${last.revision}`);
    if (last && shard !== last.shard) problems.report("misplaced", `${what} is in shard ${shard}, not ${last.shard}`);
    const before = commands.at(-1);
    if (commandId === null && before?.facts) {
      if (position !== before.position + 1) problems.report("hole", `${what} is not adjacent to its command's event`);
      commands[commands.length - 1] = { ...before, facts: [...before.facts, fact], revision, position };
    } else {
      if (commandId === null) problems.report("half", `${what} has no command before it`);
      commands.push({ commandId, facts: [fact], revision, position, recordedAt });
    }
    last = event;
  }
  return commands;
}

/** Looks whether the positions of each shard are 1, 2, 3 … */
function checkPositions(places: readonly Pick<JournalEvent, "shard" | "position">[], problems: Problems): void {
  const shards = new Map<number, number[]>();
  for (const { shard, position } of places) {
    const positions = shards.get(shard);
    if (positions) positions.push(position);
    else shards.set(shard, [position]);
  }
  for (const [shard, positions] of shards) {
    for (const [index, position] of positions.sort((a, b) => a - b).entries()) {
      if (position === index + 1) continue;
      problems.report("hole", `shard ${shard} has position ${position} where ${index + 1} is due`);
      break;
    }
  }
}

/** By entity, in order of revisions. */
function grouped<One extends JournalEvent | JournalVersion>(all: readonly One[]): ReadonlyMap<string, readonly One[]> {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const group = groups.get(one.entityId);
    if (group) group.push(one);
    else groups.set(one.entityId, [one]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.revision - b.revision);
  return groups;
}
