import { type Accepted, type Attempt, type Evidence, type JournalEvent, numberOf } from "./evidence.ts";
import { type Planned, planOf } from "./plan.ts";
import type { ProblemKind } from "./problems.ts";

/** An anomaly that is put into what was recorded. */
export interface Plant {
  /** What the checker has to say of it. */
  readonly found: ProblemKind;
  plant(recorded: Recorded): Evidence;
}

/** What was recorded, and ways to find something in it. */
export class Recorded {
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /** An attempt whose first reply said that events of it were stored, and that satisfies a wish. */
  stored(wish: (attempt: Replied, event: JournalEvent | undefined) => boolean = () => true): Replied {
    const events = new Map(this.evidence.events.map((event) => [event.commandId, event]));
    const found = this.evidence.attempts.find(
      (one): one is Replied =>
        isReplied(one) &&
        !one.answer.repeated &&
        one.answer.position > 0 &&
        events.has(`c-${one.number}`) &&
        wish(one, events.get(`c-${one.number}`)),
    );
    return found ?? missing("stored command");
  }

  attempt(what: string, wish: (attempt: Attempt) => boolean): Attempt {
    return this.evidence.attempts.find(wish) ?? missing(what);
  }

  /** The evidence with another attempt instead of one. */
  instead(attempt: Attempt, other: Partial<Attempt>): Evidence {
    const attempts = this.evidence.attempts.map((one) => (one === attempt ? { ...one, ...other } : one));
    return { ...this.evidence, attempts };
  }

  /** The evidence with other events. */
  events(change: (events: readonly JournalEvent[]) => readonly JournalEvent[]): Evidence {
    return { ...this.evidence, events: change(this.evidence.events) };
  }

  /** The events of the command that is the last one of its entity and of its shard, with more than so many events. */
  lastCommand(atLeast: number): readonly JournalEvent[] {
    const { events } = this.evidence;
    for (const first of events) {
      if (first.commandId === null) continue;
      const { entityId, shard, revision, position } = first;
      const rest = events.filter((one) => one.shard === shard && one.position >= position);
      const own = rest.filter((one) => one.entityId === entityId && one.revision >= revision);
      const alone = rest.length === own.length && own.every((one) => one === first || one.commandId === null);
      if (alone && own.length >= atLeast && numberOf(first.commandId, this.evidence.commands) !== undefined) return own;
    }
    return missing("command at the end of its shard");
  }

  /** An attempt of a command that was told that it had been stored before, by its own engine, which had told of it. */
  repeated(number: number): Replied | undefined {
    const first = this.evidence.attempts.find((one) => one.number === number && isReplied(one) && !one.answer.repeated);
    return this.evidence.attempts.find(
      (one): one is Replied =>
        one.number === number &&
        isReplied(one) &&
        one.answer.repeated &&
        one.engine === first?.engine &&
        one.sentAt > (first.answer?.at ?? 0),
    );
  }

  /** The highest revision that its engine had told of an entity when an attempt was sent. */
  toldBefore({ engine, number, sentAt }: Attempt): number {
    const { kind, entityId } = this.planned(number);
    const revisions = this.evidence.attempts.filter(isReplied).map((one) => {
      const planned = this.planned(one.number);
      const own = one.engine === engine && planned.kind === kind && planned.entityId === entityId;
      return own && one.answer.at < sentAt ? one.answer.revision : 0;
    });
    return Math.max(...revisions);
  }

  planned(number: number): Planned {
    return planOf(this.evidence.seed, this.evidence.commands).command(number);
  }
}

/** An attempt with a reply. */
export type Replied = Attempt & { readonly kind: "command"; readonly answer: Accepted };

/** Whether an attempt has a reply. */
export function isReplied(attempt: Attempt): attempt is Replied {
  return attempt.kind === "command" && attempt.answer?.kind === "accepted";
}

function missing(what: string): never {
  throw new Error(`What was recorded has no ${what}: take another seed, or more commands`);
}
