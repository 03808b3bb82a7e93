import type { Clock } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { ScenarioError } from "./scenario-error.ts";
import { type CallTarget, type StoreCall, type StoreCallName, type StoreResult, targetsOf } from "./store-call.ts";

/** What stores commands. */
export type WriteName = "events.append" | "states.save";

/** What reads. */
export type ReadName =
  | "events.load"
  | "events.read"
  | "events.readShards"
  | "events.lastPositions"
  | "snapshots.load"
  | "states.load"
  | "states.receipts";

const writes: readonly WriteName[] = ["events.append", "states.save"];
const reads: readonly ReadName[] = [
  "events.load",
  "events.read",
  "events.readShards",
  "events.lastPositions",
  "snapshots.load",
  "states.load",
  "states.receipts",
];

/** Calls of a store by their names: one, several, all `"reads"`, or all `"writes"`. */
export type Calls = StoreCallName | "reads" | "writes" | readonly StoreCallName[];

/** The names that were meant. */
export type NamesOf<C extends Calls> = C extends "reads"
  ? ReadName
  : C extends "writes"
    ? WriteName
    : C extends readonly (infer Name extends StoreCallName)[]
      ? Name
      : Extract<C, StoreCallName>;

/** Which of the calls a fault strikes. */
export interface CallSelector {
  /** Only those about an entity of this name, as `account`. */
  readonly entity?: string;
  /** Only those about an entity with this id; a batch counts that has it among others. */
  readonly id?: string;
  /** The first one that is struck, of those that match from now on. Default: 1, the next. */
  readonly nth?: number;
  /** How many in a row are struck. Default: 1. `Infinity`: all, until the fault is taken back. */
  readonly times?: number;
}

/** A fault that was scripted. */
export interface Fault {
  /** How many calls it has struck. */
  readonly struck: number;
  /** Ends it. What hangs is let go. */
  takeBack(): void;
}

/** A fault that makes calls hang. */
export interface HangingFault<Name extends StoreCallName = StoreCallName> extends Fault {
  /** Resolves when the first call hangs. */
  readonly reached: Promise<StoreCall<Name>>;
  /** Lets go what hangs, and ends the fault. With a failure, what hangs fails. */
  release(failure?: unknown): void;
}

/** What a fault does to the calls that it strikes. */
export interface FaultScript<C extends Calls> {
  /** They fail, and nothing was done. Default: an `EgoError` `unavailable`, as of a lost connection. */
  failsBefore(failure?: unknown): Fault;
  /** They are carried out, and fail: the outcome is unknown. Default: an `EgoError` `unavailable`. */
  failsAfter(failure?: unknown): Fault;
  /** They hang before anything is done. */
  hangsBefore(): HangingFault<NamesOf<C>>;
  /** They are carried out, and the answer hangs. */
  hangsAfter(): HangingFault<NamesOf<C>>;
  /**
   * They begin so many milliseconds later, by the clock that the store was given.
   *
   * @throws ScenarioError if it was given none
   */
  isSlow(ms: number): Fault;
  /**
   * Another writer was first: what they write of the entity (of all, if none was selected) is refused, and nobody
   * wrote it. The others of a batch are stored.
   *
   * @throws ScenarioError for calls that write nothing
   */
  refuses(): Fault;
  /** Whatever you say: `next` carries the call out, once, more often, or not at all. */
  does(
    run: (
      call: StoreCall<NamesOf<C>>,
      next: () => Promise<StoreResult<NamesOf<C>>>,
    ) => StoreResult<NamesOf<C>> | Promise<StoreResult<NamesOf<C>>>,
  ): Fault;
}

/** What becomes of a call, and what carries it out. */
type Around = (call: StoreCall, next: (args: readonly unknown[]) => Promise<unknown>) => unknown;

/** One fault, and which calls it has seen. */
export class FaultRule implements Fault {
  readonly names: readonly StoreCallName[];
  readonly which: CallSelector;
  around: Around = (call, next) => next(call.args);
  /** Called when the fault is taken back. */
  onEnd: () => void = () => {};
  struck = 0;
  readonly #rules: Set<FaultRule>;
  #matched = 0;

  constructor(rules: Set<FaultRule>, names: readonly StoreCallName[], which: CallSelector) {
    for (const [name, value = 1] of [
      ["nth", which.nth],
      ["times", which.times],
    ] as const) {
      if (!(value >= 1)) throw new ScenarioError(`when(): ${name} is a number from 1 on`, "1 or more", value);
    }
    this.#rules = rules;
    this.names = names;
    this.which = which;
  }

  /** Begins to strike. */
  set(around: Around, onEnd: () => void = () => {}): this {
    this.around = around;
    this.onEnd = onEnd;
    this.#rules.add(this);
    return this;
  }

  /** Whether it strikes this call; counts those that match. */
  strikes({ name, args }: StoreCall): boolean {
    if (!this.names.includes(name)) return false;
    const { entity, id, nth = 1, times = 1 } = this.which;
    if ((entity !== undefined || id !== undefined) && !targetsOf(args).some((one) => this.selects(one))) return false;
    const index = ++this.#matched - nth;
    if (index < 0 || index >= times) return false;
    this.struck++;
    return true;
  }

  selects({ entityType, entityId }: CallTarget): boolean {
    const { entity = entityType, id = entityId } = this.which;
    return entity === entityType && id === entityId;
  }

  takeBack(): void {
    if (this.#rules.delete(this)) this.onEnd();
  }
}

/**
 * The names of the calls that were meant; of all reads or writes, those that a store has.
 *
 * @throws ScenarioError for a call that it does not have
 */
export function namesOf(calls: Calls, has: (name: StoreCallName) => boolean): readonly StoreCallName[] {
  if (calls === "reads") return reads.filter(has);
  if (calls === "writes") return writes.filter(has);
  const names = typeof calls === "string" ? [calls] : calls;
  const missing = names.find((name) => !has(name));
  if (missing === undefined) return names;
  throw new ScenarioError(`when(): the store has no ${missing}`, "a call that it has", missing);
}

/** What can be done with a rule. */
export function scriptOf<C extends Calls>(
  rule: FaultRule,
  clock: Pick<Required<Clock>, "after"> | undefined,
): FaultScript<C> {
  return {
    failsBefore: (failure = lostConnection()) =>
      rule.set(() => {
        throw failure;
      }),
    failsAfter: (failure = lostConnection()) =>
      rule.set(async (call, next) => {
        await next(call.args);
        throw failure;
      }),
    hangsBefore: () =>
      hanging(rule, async (call, next, hang) => {
        await hang();
        return next(call.args);
      }),
    hangsAfter: () =>
      hanging(rule, async (call, next, hang) => {
        const result = await next(call.args);
        await hang();
        return result;
      }),
    isSlow(ms) {
      if (!clock) throw new ScenarioError("isSlow(): by which clock? faultyStore(store, { clock })", "a clock", clock);
      return rule.set(async (call, next) => {
        await new Promise<void>((resolve) => clock.after(ms, resolve));
        return next(call.args);
      });
    },
    refuses() {
      const other = rule.names.find((name) => !(writes as readonly string[]).includes(name));
      if (other !== undefined) throw new ScenarioError(`refuses(): ${other} writes nothing`, writes, rule.names);
      return rule.set(({ args }, next) => refused(rule, args[0] as readonly Writing[], next));
    },
    does: (run) => rule.set((call, next) => run(call as never, () => next(call.args) as never)),
  };
}

function hanging<Name extends StoreCallName>(
  rule: FaultRule,
  around: (...args: [...Parameters<Around>, hang: () => Promise<void>]) => unknown,
): HangingFault<Name> {
  const reached = Promise.withResolvers<StoreCall>();
  const gate = Promise.withResolvers<void>();
  // A failure that strikes nothing is nobody's.
  gate.promise.catch(() => {});
  rule.set(
    (call, next) =>
      around(call, next, () => {
        reached.resolve(call);
        return gate.promise;
      }),
    gate.resolve,
  );
  return {
    get struck() {
      return rule.struck;
    },
    reached: reached.promise as unknown as Promise<StoreCall<Name>>,
    release(failure) {
      if (failure !== undefined) gate.reject(failure);
      rule.takeBack();
    },
    takeBack: () => rule.takeBack(),
  };
}

interface Writing extends CallTarget {
  readonly expectedRevision: number;
}

/** Writes what of a batch the rule leaves, and answers of the rest that somebody else was first. */
async function refused(
  rule: FaultRule,
  batch: readonly Writing[],
  next: (args: readonly unknown[]) => Promise<unknown>,
): Promise<unknown> {
  const left = batch.filter((item) => !rule.selects(item));
  const results = left.length === 0 ? [] : ((await next([left])) as readonly unknown[]);
  return batch.map((item) =>
    rule.selects(item) ? { stored: false, head: item.expectedRevision + 1 } : results[left.indexOf(item)],
  );
}

function lostConnection(): EgoError {
  return new EgoError("unavailable", "The connection was lost, as the test wants.");
}
