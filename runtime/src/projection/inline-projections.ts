import type { Timing } from "../clock/clock.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import type { Append, AppendResult, EventStore, ProjectedResult } from "../journal/event-store.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { InlineProjection, ProjectionStore, ProjectionVersion } from "../journal/projection-store.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { CompiledProjection, Projecting } from "./compiled-projection.ts";
import { letterOf } from "./handler-failure.ts";
import { withinTime } from "./handler-timeout.ts";
import { versionKey } from "./version-key.ts";

/** A version that is projected inline at the moment. */
export interface InlineVersion {
  readonly of: ProjectionVersion;
  readonly projection: CompiledProjection;
}

/** What inline projections need of their engine. */
export interface InlineProjectionsHost {
  /** Stores what nothing is to be projected of. */
  readonly events: Pick<EventStore, "append">;
  readonly append: NonNullable<ProjectionStore["append"]>;
  readonly timing: Timing;
  readonly telemetry: Telemetry | undefined;
  /** Those that run. */
  versions(): readonly InlineVersion[];
  /** A version has done the events up to a position of a shard. */
  passed(of: ProjectionVersion, shard: number, position: number): void;
  /** An event was passed over. */
  buried(of: ProjectionVersion, event: JournalEvent, failure: unknown): void;
  /** A command failed, since its event could not be projected. */
  failed(failure: EgoError): void;
}

/** Where a handler failed. */
interface InlineFailure extends InlineVersion {
  /** Undefined if it is one of several, nobody knows which. */
  readonly event: JournalEvent | undefined;
  /** Whether it would be known if each write were alone. */
  readonly tellsAlone: boolean;
  readonly cause: unknown;
}

/**
 * Stores batches with what is to be projected in their transactions. A handler that fails takes the transaction with it:
 * what comes before its event is stored without it then, and what comes after in the next one.
 */
export class InlineProjections {
  readonly #host: InlineProjectionsHost;

  constructor(host: InlineProjectionsHost) {
    this.#host = host;
  }

  /** As `EventStore.append`. A command whose event cannot be projected is told so, and not stored. */
  async append(batch: readonly Append[]): Promise<readonly ProjectedResult[]> {
    const { events, versions } = this.#host;
    const consumed = ({ projection }: InlineVersion) =>
      batch.some(({ entityType, events }) => events.some(({ type }) => projection.consumesEvents(entityType, type)));
    let inline = versions().filter(consumed);
    if (inline.length === 0) return events.append(batch);

    const results: ProjectedResult[] = [];
    const skipped = new Map<string, unknown>();
    let alone = false;
    for (let to = batch.length; results.length < batch.length; ) {
      const part = batch.slice(results.length, to);
      const run = new InlineRun(this.#host, inline, skipped, alone);
      try {
        results.push(...(await run.append(part)));
        to = batch.length;
        continue;
      } catch (thrown) {
        if (run.failure?.cause !== thrown) throw thrown;
      }
      const failure = run.failure as InlineFailure;
      if (failure.tellsAlone && !alone) {
        alone = true;
        continue;
      }
      const at = failure.event ? indexOf(failure.event, part) : part.length > 1 ? Math.ceil(part.length / 2) : 0;
      if (at < 0) {
        // It has missed an event that it cannot do. That is for its runner to say, and no command's fault.
        inline = inline.filter(({ projection }) => projection !== failure.projection);
      } else if (at > 0) {
        to = results.length + at;
      } else if (failure.event && failure.projection.life.skips) {
        skipped.set(keyOf(failure.projection.name, failure.event), failure.cause);
        to = results.length + 1;
      } else {
        results.push({ stored: false, failure: this.#refused(failure, part[0] as Append) });
        to = batch.length;
      }
    }
    return results;
  }

  #refused({ of, event, cause }: InlineFailure, { entityType, entityId }: Append): EgoError {
    // Not where it was to be stored: what is there now, or comes there, is another event.
    const what = event ? `event ${event.revision} of` : "the events of";
    const type = event ? `, ${event.type}` : "";
    const failure = new EgoError(
      "handler_failed",
      `The inline projection ${JSON.stringify(of.name)} failed on ${what} ${entityType} ${JSON.stringify(entityId)}${type}: ${textOf(cause)}. Nothing of the command was stored.`,
      { cause, details: { projection: of.name, version: of.version, entity: entityType, entityId } },
    );
    this.#host.failed(failure);
    return failure;
  }
}

/** One try. */
class InlineRun {
  failure: InlineFailure | undefined;
  readonly #host: InlineProjectionsHost;
  readonly #inline: readonly InlineVersion[];
  /** Events to be passed over, and why. */
  readonly #skipped: ReadonlyMap<string, unknown>;
  /** Whether each write is alone. */
  readonly #alone: boolean;
  /** What each version did when it was last given events: called if that was committed. */
  readonly #done = new Map<string, readonly (() => void)[]>();

  constructor(
    host: InlineProjectionsHost,
    inline: readonly InlineVersion[],
    skipped: ReadonlyMap<string, unknown>,
    alone: boolean,
  ) {
    this.#host = host;
    this.#inline = inline;
    this.#skipped = skipped;
    this.#alone = alone;
  }

  async append(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    const { results, projected } = await this.#host.append(
      batch,
      this.#inline.map((one) => ({
        ...one.of,
        project: (events, transaction) => this.#project(one, events, transaction),
      })),
    );
    for (const done of projected.flatMap((of) => this.#done.get(versionKey(of)) ?? [])) done();
    return results;
  }

  async #project(
    one: InlineVersion,
    events: readonly JournalEvent[],
    transaction: Parameters<InlineProjection["project"]>[1],
  ): Promise<void> {
    const { timing, telemetry, passed, buried } = this.#host;
    const { of, projection } = one;
    const done: (() => void)[] = [];
    // In the place of what it did in a try that was taken back.
    this.#done.set(versionKey(of), done);
    const consumed: JournalEvent[] = [];
    for (const event of events) {
      if (event.payload === null || !projection.consumes(event)) continue;
      const key = keyOf(projection.name, event);
      if (!this.#skipped.has(key)) {
        consumed.push(event);
        continue;
      }
      const failure = this.#skipped.get(key);
      await transaction.bury(letterOf(event, failure, 1, timing.now()));
      done.push(() => buried(of, event, failure));
    }
    const activity = telemetry?.projecting({ projection: of.name, version: of.version });
    const projecting = projection.begin(transaction, this.#alone);
    const work = () => this.#handle(one, projecting, consumed);
    try {
      await (activity ? activity.run(work) : work());
    } catch (failure) {
      activity?.ended(EgoError.from(failure));
      throw failure;
    }
    activity?.ended(consumed.length);
    for (const { shard, position } of events) done.push(() => passed(of, shard, position));
  }

  async #handle(one: InlineVersion, projecting: Projecting, events: readonly JournalEvent[]): Promise<void> {
    try {
      const late = await withinTime(projecting.project(events), this.#host.timing, one.projection.life.timeoutMs);
      if (late) throw late;
    } catch (cause) {
      const { culprit, tellsAlone } = projecting;
      this.failure = { ...one, event: culprit, tellsAlone, cause };
      throw cause;
    }
  }
}

/** The index of the append that an event is of; -1 if it is of none. */
function indexOf({ entityType, entityId, revision }: JournalEvent, batch: readonly Append[]): number {
  return batch.findIndex(
    (append) =>
      append.entityType === entityType &&
      append.entityId === entityId &&
      revision > append.expectedRevision &&
      revision <= append.expectedRevision + append.events.length,
  );
}

function keyOf(projection: string, { entityType, entityId, revision }: JournalEvent): string {
  return JSON.stringify([projection, entityType, entityId, revision]);
}
