import { eventPages } from "../entity/event-pages.ts";
import { EgoError } from "../error/ego-error.ts";
import type { EntityName, EventStore, StoredEvent } from "../journal/event-store.ts";
import { fnv1a64, shardOf } from "../journal/hash.ts";
import { PageSize } from "../journal/page-size.ts";
import type { Violation } from "./audit-finding.ts";
import { HashSet } from "./hash-set.ts";
import { repeatedCommands } from "./repeated-command.ts";
import { keyOf, type RevisionGap, ShardRevisions, without } from "./shard-revisions.ts";
import {
  misplacedPosition,
  misplacedRevision,
  missingPositions,
  missingRevisions,
  repeatedCommand,
  unreadable,
  wrongShard,
} from "./violations.ts";

/** What the audit of a shard gives while it runs: what is wrong, and after each page how many events there were. */
export type ShardStep =
  | { readonly kind: "violation"; readonly violation: Violation }
  | { readonly kind: "page"; readonly events: number };

/** What was counted in a shard. */
export interface ShardTally {
  readonly events: number;
  readonly entities: number;
  /** The last position. */
  readonly head: number;
}

/**
 * Looks through one shard, to its end.
 *
 * @param onEvent told of each event
 */
export async function* auditShard(
  events: EventStore,
  shard: number,
  onEvent: (event: StoredEvent) => void,
): AsyncGenerator<ShardStep, ShardTally> {
  const audit = new ShardAudit(events, shard);
  const pages = new PageSize();
  let [count, last] = [0, 0];
  for (;;) {
    const { limit } = pages;
    let page: readonly StoredEvent[];
    try {
      page = await events.read(shard, last, limit);
    } catch (failure) {
      if (!(failure instanceof EgoError) || failure.code !== "data_loss") throw failure;
      yield found(unreadable(shard, last, failure.message));
      break;
    }
    for (const event of page) {
      onEvent(event);
      const { position } = event;
      if (position > last + 1) yield found(missingPositions(shard, last + 1, position - 1));
      if (position <= last) yield found(misplacedPosition(shard, last, position));
      last = Math.max(last, position);
      for (const violation of audit.take(event)) yield found(violation);
    }
    count += page.length;
    if (page.length < limit) break;
    pages.note(page, true);
    yield { kind: "page", events: count };
  }
  for await (const violation of audit.end()) yield found(violation);
  return { events: count, entities: audit.entities, head: last };
}

function found(violation: Violation): ShardStep {
  return { kind: "violation", violation };
}

const encoder = new TextEncoder();
const none: readonly Violation[] = [];

/** What is known of the entities of a shard. */
class ShardAudit {
  readonly #events: EventStore;
  readonly #shard: number;
  readonly #revisions = new ShardRevisions();
  readonly #commands = new HashSet();
  /** The entities that may have a command twice. */
  readonly #suspects = new Map<string, EntityName>();

  constructor(events: EventStore, shard: number) {
    this.#events = events;
    this.#shard = shard;
  }

  get entities(): number {
    return this.#revisions.size;
  }

  /** Takes the next event. Returns what is wrong with its place. */
  take(event: StoredEvent): readonly Violation[] {
    const { entityType, entityId, commandId } = event;
    const key = keyOf(event);
    if (!this.#revisions.knows(key)) {
      const own = shardOf(entityType, entityId, this.#events.shardCount);
      if (own !== this.#shard) return [wrongShard(event, own)];
    }
    if (commandId !== null && !this.#commands.add(fnv1a64(encoder.encode(`${key}\0${commandId}`)))) {
      this.#suspects.set(key, { entityType, entityId });
    }
    const misplaced = this.#revisions.take(key, event);
    return misplaced ? [misplacedRevision(event, misplaced)] : none;
  }

  /** Gives what only the end of the shard shows: what the journal does not have, and what it has twice. */
  async *end(): AsyncGenerator<Violation> {
    for (const gap of this.#revisions.gaps()) {
      for (const left of await this.#missingIn(gap)) yield missingRevisions(this.#shard, left);
    }
    // Two texts may have one hash: what is stored decides.
    for (const entity of this.#suspects.values()) {
      for await (const repeated of repeatedCommands(this.#events, entity)) yield repeatedCommand(entity, repeated);
    }
  }

  /** What of a gap is nowhere: what is in another shard is told there. */
  async #missingIn(gap: RevisionGap): Promise<readonly RevisionGap[]> {
    let left: readonly RevisionGap[] = [gap];
    const { entityType, entityId, from, to } = gap;
    for await (const page of eventPages((range) => this.#events.load(entityType, entityId, range), from, to)) {
      for (const { revision } of page) left = left.flatMap((part) => without(part, revision));
    }
    return left;
  }
}
