import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import type { JournalReaders } from "../journal/journal-readers.ts";
import { parsePositions } from "../journal/positions.ts";
import { JournalEnd, type JournalEndOptions } from "./journal-end.ts";
import { JournalSubscription } from "./journal-subscription.ts";
import type { CatchUpOptions, Recorded, SubscribeOptions, Subscription } from "./stream.ts";

const liveBuffer = 10_000;
const journalBuffer = 1_000;

/** What the subscriptions of an engine share. */
export interface SubscriptionHost extends JournalEndOptions {
  /** Retention waits for them. */
  readonly readers: JournalReaders;
}

/**
 * Opens a subscription: to the journal if it says where to begin, else to the live stream.
 *
 * @param entities that the subscriber names; undefined if it wants all
 * @throws EgoError `invalid_argument` for an option that makes no sense, `unsupported` for the journal of an entity
 * with a durable state
 */
export function openSubscription(
  options: SubscribeOptions<unknown> | CatchUpOptions<unknown>,
  entities: readonly CompiledEntity[] | undefined,
  all: readonly CompiledEntity[],
  host: SubscriptionHost,
): Subscription<Recorded> {
  checkNumber(options.maxBuffer, "maxBuffer");
  if (options.from !== undefined) return openJournal(options, entities, all, host);
  const { maxBuffer = liveBuffer } = options;
  const names = entities && new Set(entities.map(({ name }) => name));
  const hasEvents = (entities ?? all).some(isEventSourced);
  return host.stream.subscribe(names, maxBuffer, hasEvents ? () => new JournalEnd(host) : undefined);
}

function openJournal(
  { from, maxBuffer = journalBuffer, pollMs }: CatchUpOptions<unknown>,
  entities: readonly CompiledEntity[] | undefined,
  all: readonly CompiledEntity[],
  host: SubscriptionHost,
): JournalSubscription {
  checkNumber(pollMs, "pollMs");
  const durable = entities?.find((entity) => !isEventSourced(entity));
  if (durable) {
    throw new EgoError(
      "unsupported",
      `The entity ${JSON.stringify(durable.name)} has a durable state: there are no events of it in the journal to begin \`from\`. Subscribe to it without \`from\`, to see what is recorded from now on, and read its state.`,
      { details: { entity: durable.name } },
    );
  }
  const { events, timing, stream, readers, report } = host;
  const subscription: JournalSubscription = new JournalSubscription({
    events,
    timing,
    entities: new Map((entities ?? all.filter(isEventSourced)).map((entity) => [entity.name, entity])),
    start: startOf(from, host),
    maxBuffer,
    pollMs,
    report,
    onEnded() {
      stream.unfollow(subscription);
      leave();
    },
  });
  const leave = readers.add(subscription);
  stream.follow(subscription);
  return subscription;
}

function startOf(from: string, host: JournalEndOptions): readonly number[] | JournalEnd {
  const { shardCount } = host.events;
  if (from === "now") return new JournalEnd(host);
  if (from === "start") return Array.from({ length: shardCount }, () => 0);
  return parsePositions(from, shardCount);
}

function isEventSourced({ table }: CompiledEntity): boolean {
  return table.kind !== "durable";
}

function checkNumber(value: number | undefined, name: string): void {
  if (value === undefined || value >= 1) return;
  throw new EgoError("invalid_argument", `"${name}" of a subscription is a number from 1 on, not ${value}.`);
}
