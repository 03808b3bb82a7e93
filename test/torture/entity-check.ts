import type { Checked } from "./checker.ts";
import type { Accepted, Attempt, Failed, Refused } from "./evidence.ts";
import { type History, keyOf, type Step } from "./history.ts";
import type { Decision } from "./model.ts";
import { clashing, type Plan } from "./plan.ts";
import type { Problems } from "./problems.ts";
import { Timeline } from "./timeline.ts";

/** Compares what clients were told of one entity with its history. */
export class EntityCheck {
  readonly #plan: Plan;
  readonly #history: History;
  readonly #attempts: readonly Attempt[];
  readonly #problems: Problems;
  readonly #checked: Checked;
  readonly #timeline: Timeline;
  readonly #steps: readonly Step[];
  /** Where among the steps a command is, and a revision. */
  readonly #stored: ReadonlyMap<number, number>;
  readonly #byRevision: ReadonlyMap<number, number>;
  /** States that were told of a revision. */
  readonly #told = new Map<number, string>();
  /** Commands of which a reply said that they were stored for the first time. */
  readonly #firsts = new Set<number>();

  constructor(plan: Plan, history: History, attempts: readonly Attempt[], problems: Problems, checked: Checked) {
    this.#plan = plan;
    this.#history = history;
    this.#attempts = attempts;
    this.#problems = problems;
    this.#checked = checked;
    this.#timeline = new Timeline(attempts);
    this.#steps = history.steps;
    this.#stored = new Map(history.steps.map(({ number }, index) => [number, index]));
    this.#byRevision = new Map(history.steps.map(({ revision }, index) => [revision, index]));
  }

  run(): void {
    for (const attempt of this.#attempts) this.#check(attempt);
    for (const step of this.#steps) if (step.number >= 0) this.#checkStored(step);
  }

  #check(attempt: Attempt): void {
    const { answer } = attempt;
    this.#checkRemembered(attempt);
    switch (answer?.kind) {
      case undefined:
        this.#checked.unanswered++;
        break;
      case "accepted":
        if (attempt.kind === "clash") this.#problem("clash", attempt, "another command under its id was accepted");
        else this.#checkAccepted(attempt, answer);
        break;
      case "refused":
        this.#checkRefused(attempt, answer);
        break;
      case "failed":
        this.#checkFailed(attempt, answer);
    }
  }

  /** An engine that has told a revision knows each command up to it: one that comes again is answered as then. */
  #checkRemembered(attempt: Attempt): void {
    const { answer, kind } = attempt;
    const stored = this.#storedAs(attempt.number);
    if (kind === "read" || !stored || !answer || stored.revision > this.#timeline.floorOf(attempt)) return;
    if (answer.kind === "failed" && isUnknown(answer)) return;
    if (kind === "clash") {
      if (answer.kind !== "failed") this.#problem("clash", attempt, "was decided under an id that is taken");
    } else if (answer.kind !== "accepted" || !answer.repeated) {
      this.#problem("forgotten", attempt, `was stored as revision ${stored.revision}, and is decided again`);
    }
  }

  // ---------------------------------------------------------------- replies

  #checkAccepted(attempt: Attempt, answer: Accepted): void {
    const { revision, state, repeated } = answer;
    const stored = attempt.kind === "command" ? this.#storedAs(attempt.number) : undefined;
    // Beside the revision of then, a repeated command on a durable state is told the state of now.
    const ofThen = this.#history.kind === "account" || !repeated;
    if (ofThen) this.#checkFork(attempt, revision, state);
    if (stored?.revision === revision && answer.position > 0) {
      this.#checkReply(attempt, answer, stored, ofThen);
    } else if (answer.position === 0 && !repeated) {
      this.#checkKept(attempt, answer, stored);
    } else if (stored) {
      this.#problem("wrong reply", attempt, `told revision ${revision}, and is stored as ${stored.revision}`);
    } else {
      this.#problem("lost", attempt, `told revision ${revision}, position ${answer.position}, and is not stored`);
    }
  }

  #checkFork(attempt: Attempt, revision: number, state: string): void {
    const other = this.#told.get(revision);
    if (other === undefined) this.#told.set(revision, state);
    else if (other !== state)
      this.#problem("fork", attempt, `revision ${revision} is told as ${other}, and as ${state}`);
  }

  /** The reply of a command that is stored. */
  #checkReply(attempt: Attempt, answer: Accepted, stored: Step, ofThen: boolean): void {
    const { number } = attempt;
    const { repeated, state } = answer;
    this.#checked.replies++;
    if (answer.position !== stored.position) {
      this.#problem("wrong position", attempt, `told ${answer.position}, and is stored at ${stored.position}`);
    }
    if (answer.recordedAt !== stored.recordedAt) {
      this.#problem("wrong time", attempt, `told ${answer.recordedAt}, and is stored with ${stored.recordedAt}`);
    }
    if (ofThen) {
      if (state !== stored.told) this.#problem("wrong reply", attempt, `told ${state}, and the fold is ${stored.told}`);
    } else if (!this.#find(answer.at, stored.revision, ({ told }) => told === state)) {
      this.#problem("wrong reply", attempt, `told ${state}, which is no state since revision ${stored.revision}`);
    }
    if (repeated) {
      this.#checked.repeated++;
      if (!this.#timeline.mayHaveStored(number, attempt)) {
        this.#problem("repeated without first", attempt, "is told to have been stored before, and no attempt did that");
      }
      return;
    }
    if (this.#firsts.has(number)) {
      this.#problem("early", attempt, "is told to be stored for the first time, and was before");
    }
    this.#firsts.add(number);
    const { expectedRevision } = attempt;
    const before = this.#steps[(this.#stored.get(number) ?? 0) - 1];
    if (expectedRevision !== undefined && before?.revision !== expectedRevision) {
      this.#problem(
        "ignored revision",
        attempt,
        `expected ${expectedRevision}, and is stored behind ${before?.revision}`,
      );
    }
  }

  /** The reply of a no-op, or a read. */
  #checkKept(attempt: Attempt, answer: Accepted, stored: Step | undefined): void {
    const { revision, state } = answer;
    const step = this.#steps[this.#byRevision.get(revision) ?? -1];
    if (attempt.kind === "read") this.#checked.reads++;
    else this.#checked.kept++;
    if (!step) {
      const known = stored ? `it is stored as ${stored.revision}` : "the journal has no such";
      this.#problem(stored ? "wrong reply" : "lost", attempt, `told revision ${revision}, and ${known}`);
      return;
    }
    const decision = this.#decisionAt(step, attempt);
    if (attempt.kind === "command" && decision.kind !== "kept") {
      const kind = decision.kind === "stored" && this.#history.kind === "item" ? "lost" : "unjustified";
      this.#problem(kind, attempt, `told that nothing changed at revision ${revision}, where it is ${decision.kind}`);
      return;
    }
    if (state !== step.told) this.#problem("wrong reply", attempt, `told ${state}, and the fold is ${step.told}`);
    this.#checkAge(attempt, answer.at, step);
  }

  /** Whether an answer can be from a state: not older than what its engine had told, nor not there yet. */
  #checkAge(attempt: Attempt, at: number, step: Step): void {
    const floor = this.#timeline.floorOf(attempt);
    if (step.revision < floor) {
      this.#problem("stale", attempt, `is from revision ${step.revision}, and its engine had told ${floor} before`);
    } else if (!this.#possible(step, at)) {
      this.#problem("premature", attempt, `is from revision ${step.revision}, whose command was sent later`);
    }
  }

  // ---------------------------------------------------------------- refusals

  #checkRefused(attempt: Attempt, { what, at }: Refused): void {
    this.#checked.refused++;
    // What is checked first may be why another command is refused under an id that is taken.
    const command = this.#commandOf(attempt);
    const justifies = ({ state }: Step) => {
      const decision = this.#history.model.decide(state, command);
      return decision.kind === "refused" && decision.what === what;
    };
    if (this.#find(at, this.#timeline.floorOf(attempt), justifies)) return;
    const older = this.#find(at, 0, justifies);
    if (older) this.#problem("stale", attempt, `was refused, "${what}", as of revision ${older.revision}`);
    else this.#problem("unjustified", attempt, `was refused, "${what}", which follows from no state`);
  }

  #checkFailed(attempt: Attempt, answer: Failed): void {
    const { code, revision, at, message } = answer;
    const { expectedRevision, kind } = attempt;
    if (isUnknown(answer)) {
      this.#checked.unknown++;
    } else if (code === "invalid_argument" && kind === "clash") {
      this.#checked.clashes++;
      if (!this.#stored.has(attempt.number)) this.#problem("unjustified", attempt, "its id is told to be taken");
    } else if (code === "conflict" && kind === "command") {
      this.#checked.conflicts++;
      // Without a revision that was expected: other writers were first, too often.
      if (expectedRevision === undefined || revision === undefined) return;
      const differs = (step: Step) => step.revision === revision && revision !== expectedRevision;
      if (this.#find(at, this.#timeline.floorOf(attempt), differs)) return;
      const what = `expected revision ${expectedRevision}, and was told that there is ${revision}`;
      this.#problem(this.#byRevision.has(revision) ? "stale" : "unjustified", attempt, what);
    } else {
      this.#problem("unexpected", attempt, `failed with ${code}: ${message}`);
    }
  }

  // ---------------------------------------------------------------- what is stored

  #checkStored({ number, revision }: Step): void {
    const sentAt = this.#timeline.sentAt(number);
    const what = `command ${number} of ${keyOf(this.#history)}`;
    if (sentAt === undefined) {
      this.#problems.report("unknown", `${what} is stored as revision ${revision}, and nobody sent it`);
      return;
    }
    const mayHave = this.#timeline.mayHaveStoredAt(number);
    if (mayHave === undefined) {
      this.#problems.report("stored though refused", `${what} is stored, and each attempt was told that it is not`);
      return;
    }
    const floor = this.#timeline.toldBefore(mayHave);
    if (revision <= floor) {
      const text = `${what} is stored as revision ${revision}, and was sent when ${floor} had been told`;
      this.#problems.report("out of order", text);
    }
  }

  /** The first step from a revision on that an answer can be from, and that is as wanted. */
  #find(at: number, fromRevision: number, wanted: (step: Step) => boolean): Step | undefined {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#steps[middle] as Step).revision < fromRevision) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < this.#steps.length; index++) {
      const step = this.#steps[index] as Step;
      if (wanted(step) && this.#possible(step, at)) return step;
    }
    return undefined;
  }

  #storedAs(number: number): Step | undefined {
    return this.#steps[this.#stored.get(number) ?? -1];
  }

  /** Whether a step can have been there at a time: its command had been sent. */
  #possible({ number }: Step, at: number): boolean {
    const sentAt = this.#timeline.sentAt(number);
    return sentAt === undefined || sentAt < at;
  }

  #decisionAt({ state }: Step, attempt: Attempt): Decision {
    return this.#history.model.decide(state, this.#commandOf(attempt));
  }

  #commandOf({ number, kind }: Attempt) {
    const command = this.#plan.command(number);
    return kind === "clash" ? clashing(command) : command;
  }

  #problem(kind: Parameters<Problems["report"]>[0], { engine, number }: Attempt, what: string): void {
    this.#problems.report(kind, `command ${number} of ${keyOf(this.#history)} at engine ${engine} ${what}`);
  }
}

function isUnknown({ code }: Failed): boolean {
  return code === "unavailable" || code === "deadline_exceeded";
}
