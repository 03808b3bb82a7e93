import { EgoError } from "../error/ego-error.ts";
import type { ShardPosition } from "../journal/event-store.ts";
import { parseAllPositions } from "../journal/positions.ts";
import type { DeadLetter, ProjectionRecord, ProjectionRole } from "../journal/projection-store.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import { lagOf, type ProjectionLag } from "./lag.ts";
import {
  beginAgain,
  behindLive,
  buildBeside,
  journalFor,
  liveVersion,
  type RebuildOptions,
  resume,
  skipEvent,
  versionBeside,
  versionsOf,
} from "./projection-versions.ts";
import type { Projections } from "./projections.ts";
import { type RetriedLetters, retryDeadLetters } from "./retry-dead-letters.ts";

/** How a version of a projection is. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly role: ProjectionRole;
  /**
   * `running`; `retrying` an event that its handler fails on; `waiting` for a store that does not answer; `paused` by the
   * operator; `failed`, and not to go on by itself. Of what runs on other nodes the first and the last two are known.
   */
  readonly status: "running" | "retrying" | "waiting" | "paused" | "failed";
  /** Why it is `failed`, `retrying` or `waiting`. */
  readonly failure: string | undefined;
  /** Into how many parts its shards are divided, and how many of them this engine runs. */
  readonly parts: { readonly all: number; readonly here: number };
  readonly lag: ProjectionLag;
  /** Events that were passed over. */
  readonly deadLetters: number;
}

/** A projection of an engine, for programs that operate it, and for queries that wait for it. */
export class ProjectionRef {
  readonly name: string;
  readonly #projections: Projections;
  readonly #projection: CompiledProjection;

  constructor(projections: Projections, projection: CompiledProjection) {
    this.name = projection.name;
    this.#projections = projections;
    this.#projection = projection;
  }

  /** How the live version is. */
  async status(): Promise<ProjectionStatus> {
    return this.#statusOf(await this.#live());
  }

  /** How all versions are: the live one, and those beside it. */
  async versions(): Promise<readonly ProjectionStatus[]> {
    const statuses: ProjectionStatus[] = [];
    for (const record of await this.#records()) statuses.push(await this.#statusOf(record));
    return statuses;
  }

  /**
   * Resolves when the projection has done what is named: positions as `engine.positionOf` and subscriptions give them.
   *
   * @param options `timeoutMs` default: 5,000
   * @throws EgoError `deadline_exceeded` if it takes longer, `unavailable` if the projection does not run,
   * `invalid_argument` if that are no positions
   */
  async caughtUpTo(positions: string, options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = 5_000 } = options;
    const { events, timing, store } = this.#projections.host;
    const all = parseAllPositions(positions, events.shardCount);
    // Of what it does not consume there is nothing to wait for.
    const wanted = this.#projection.consumesStates ? all : all.slice(0, events.shardCount);
    const until = timing.now() + timeoutMs;
    const live = this.#projections.liveOf(this.name) ?? (await this.#live());
    // What this node runs it is told; what others run it has to look at.
    let behind = wanted.flatMap((position, shard) => (position > 0 ? [{ shard, position }] : []));
    for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
      const runners = this.#projections.runnersOf(live);
      const reached = ({ shard, position }: ShardPosition) =>
        runners.some((runner) => (runner.position(shard) ?? -1) >= position);
      behind = behind.filter((one) => !reached(one));
      if (behind.length === 0) return;
      const elsewhere = behind.some(({ shard }) => !runners.some((runner) => runner.position(shard) !== undefined));
      if (elsewhere) {
        const offsets = await store.offsets(live);
        behind = behind.filter(({ shard, position }) => (offsets?.[shard] ?? 0) < position);
        if (behind.length === 0) return;
      }
      const left = until - timing.now();
      if (left <= 0) throw late(this.name, behind, timeoutMs);
      if (this.#projections.stopping) throw stopped(this.name, "the engine stops");
      const why = this.#projections.restsSince(live);
      if (why !== undefined) throw stopped(this.name, why);
      await this.#projections.moved(elsewhere ? Math.min(pause, left) : left);
    }
  }

  /** Lets it rest, on all nodes: those that are not this one see it within seconds. What is under way is finished. */
  async pause(): Promise<void> {
    await this.#change((record) => this.#projections.host.store.change(record, { wanted: "paused" }));
  }

  /** Lets it go on that was paused, or has failed: the event that it failed on is tried again. */
  async resume(): Promise<void> {
    await this.#change(async (record) => {
      this.#projections.resumed(record);
      return resume(this.#projections.host.store, record);
    });
  }

  /**
   * Passes over the event that the projection failed on: it becomes a dead letter, and the projection goes on behind it.
   *
   * @throws EgoError `conflict` if that is not the next event of its shard
   */
  async skip(place: ShardPosition): Promise<void> {
    await skipEvent(this.#projections.host, await this.#live(), place);
    await this.resume();
  }

  /**
   * Begins again, in place: queries see the table being filled. From the start the rows are removed first; from anywhere
   * else they stay, and events that were projected before are projected again.
   */
  async rebuild({ from = "start" }: RebuildOptions = {}): Promise<void> {
    await beginAgain(this.#projections.host, await this.#live(), from, this.#projection.table);
    await this.resume();
  }

  /**
   * Begins to build a new version beside the live one, from the start of the journal. Both run, until `promote` or
   * `discard`.
   *
   * @returns its version
   * @throws EgoError `already_exists` if one is being built, `unsupported` for a projection without a read model
   */
  async build(): Promise<number> {
    const { version } = await buildBeside(this.#projections.host, this.#projection);
    await this.#projections.look();
    return version;
  }

  /**
   * Makes the version that was built the live one, at once for all who query, when it has caught up. The one that was live
   * is kept, and goes on: `rollback` makes it live again.
   *
   * @param options `timeoutMs` how long to wait for it to catch up; default: 60,000
   * @throws EgoError `not_found` if none is being built, `deadline_exceeded` if it has not caught up in time
   */
  async promote(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = 60_000 } = options;
    const building = await versionBeside(this.#projections.host.store, this.name, "newer");
    await this.#makeLive(building, timeoutMs);
  }

  /** Makes the version live again that was live before the last `promote`. */
  async rollback(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = 60_000 } = options;
    const previous = await versionBeside(this.#projections.host.store, this.name, "older");
    await this.#makeLive(previous, timeoutMs);
  }

  /** Removes the versions beside the live one, with their tables. */
  async discard(): Promise<void> {
    const { store } = this.#projections.host;
    for (const record of await this.#records()) {
      if (record.role === "live") continue;
      await store.change(record, { wanted: "paused" });
      await this.#projections.look();
      await store.remove(record, this.#projection.table);
    }
    await this.#projections.look();
  }

  /** Events that were passed over, by shard and position; at most `limit`, 100 if not given, behind `after`. */
  async deadLetters(
    options: { readonly limit?: number; readonly after?: ShardPosition } = {},
  ): Promise<readonly DeadLetter[]> {
    const { limit = 100, after } = options;
    return this.#projections.host.store.deadLetters(await this.#live(), limit, after);
  }

  /**
   * Hands dead letters to the handler again, one after the other: what succeeds is no dead letter any more. Later events
   * of the same entity were projected before: only a handler that does not mind their order can be helped so.
   *
   * @param which one of them; default: all
   * @returns how many succeeded, and how many failed again
   */
  async retryDeadLetters(which?: ShardPosition): Promise<RetriedLetters> {
    return retryDeadLetters(this.#projections.host, this.#projection, await this.#live(), which);
  }

  async #statusOf(record: ProjectionRecord): Promise<ProjectionStatus> {
    const { host } = this.#projections;
    const { store } = host;
    const { name, version, role, wanted, parts } = record;
    const runners = this.#projections.runnersOf(record);
    const troubled = runners.find(({ failure }) => failure);
    const journal = journalFor(host, this.#projection);
    const offsets = ((await store.offsets(record)) ?? []).slice(0, journal.shardCount);
    const failure = record.failure ?? troubled?.failure?.message;
    const status =
      record.failure !== undefined || troubled?.phase === "failed"
        ? "failed"
        : wanted === "paused"
          ? "paused"
          : troubled?.phase === "retrying" || troubled?.phase === "waiting"
            ? troubled.phase
            : "running";
    return {
      name,
      version,
      role,
      status,
      failure,
      parts: { all: parts, here: runners.length },
      lag: await lagOf(journal, offsets),
      deadLetters: await store.countDeadLetters(record),
    };
  }

  #records(): Promise<readonly ProjectionRecord[]> {
    return versionsOf(this.#projections.host.store, this.name);
  }

  #live(): Promise<ProjectionRecord> {
    return liveVersion(this.#projections.host.store, this.name);
  }

  async #change(change: (live: ProjectionRecord) => Promise<unknown>): Promise<void> {
    await change(await this.#live());
    await this.#projections.look();
  }

  async #makeLive(record: ProjectionRecord, timeoutMs: number): Promise<void> {
    const { store, timing } = this.#projections.host;
    const until = timing.now() + timeoutMs;
    const pending = behindLive(store, record, () => timing.now());
    for (;;) {
      const behind = await pending();
      if (behind === 0) break;
      const left = until - timing.now();
      if (left <= 0) {
        throw new EgoError(
          "deadline_exceeded",
          `Version ${record.version} of the projection ${JSON.stringify(this.name)} is still ${behind} events behind the live one. Wait for it, or look at its status.`,
          { details: { projection: this.name, version: record.version, behind } },
        );
      }
      await this.#projections.moved(Math.min(left, 50));
    }
    await store.promote(record, this.#projection.table);
    await this.#projections.look();
  }
}

function late(name: string, behind: readonly ShardPosition[], timeoutMs: number): EgoError {
  const [{ shard, position } = { shard: 0, position: 0 }] = behind;
  return new EgoError(
    "deadline_exceeded",
    `The projection ${JSON.stringify(name)} has not reached position ${position} of shard ${shard} within ${timeoutMs} ms.`,
    { details: { projection: name, shard, position } },
  );
}

function stopped(name: string, why: string): EgoError {
  return new EgoError("unavailable", `The projection ${JSON.stringify(name)} does not run: ${why}`, {
    details: { projection: name },
  });
}
