import type { EgoError } from "../error/ego-error.ts";
import type { JournalEvent } from "../journal/journal-cursor.ts";
import type { ProjectionRecord, ProjectionVersion } from "../journal/projection-store.ts";
import type { ProjectionReading } from "../telemetry/telemetry.ts";
import type { CompiledProjection } from "./compiled-projection.ts";
import type { JournalFeeds } from "./journal-feeds.ts";
import { PartRunner } from "./part-runner.ts";
import { keyOf, type Part } from "./part-shares.ts";
import type { ProjectionsHost } from "./projections-host.ts";
import { versionKey } from "./version-key.ts";

/** What parts that run need of their engine. */
export interface RunningPartsHost extends Pick<ProjectionsHost, "store" | "timing" | "telemetry" | "report"> {
  readonly feeds: JournalFeeds;
  /** An offset moved. */
  advanced(): void;
  /** An event was passed over. */
  buried(of: ProjectionVersion, event: JournalEvent, failure: unknown): void;
  /** A part has stopped by itself. */
  failed(of: Part, failure: EgoError): void;
}

/** A part that this node runs. */
interface RunningPart {
  readonly part: Part;
  /** That of its version: another one is one that was begun again. */
  readonly begunAt: number;
  readonly runner: PartRunner;
  /** Takes it off the feeds. */
  readonly detach: () => void;
}

/** The parts of projections that this node runs. */
export class RunningParts {
  readonly #host: RunningPartsHost;
  readonly #running = new Map<string, RunningPart>();

  constructor(host: RunningPartsHost) {
    this.#host = host;
  }

  /** Those of a version. */
  of({ name, version }: ProjectionVersion): readonly PartRunner[] {
    const own = [...this.#running.values()].filter(({ part }) => part.name === name && part.version === version);
    return own.map(({ runner }) => runner);
  }

  /** Runs a part of a version, if it does not run. */
  start(part: Part, record: ProjectionRecord, projection: CompiledProjection): void {
    const key = keyOf(part);
    const running = this.#running.get(key);
    if (running && running.runner.phase !== "stopped" && running.runner.phase !== "failed") return;
    running?.detach();
    const { feeds, store, timing, telemetry, report, advanced, buried, failed } = this.#host;
    const { consumesStates } = projection;
    const events = feeds.journal(consumesStates);
    if (!events) return;
    const shards = Array.from({ length: events.shardCount }, (_, shard) => shard).filter(
      (shard) => shard % record.parts === part.part,
    );
    const runner = new PartRunner({
      name: part.name,
      version: part.version,
      projection,
      shards,
      events,
      store,
      timing,
      telemetry,
      listener: {
        advanced,
        buried: (event, failure) => buried(part, event, failure),
        storeFailed: report,
        failed: (failure) => failed(part, failure),
      },
    });
    this.#running.set(key, { part, begunAt: record.begunAt, runner, detach: feeds.attach(runner, consumesStates) });
  }

  /** Stops those that are none of these, or whose version was begun again: when it resolves, nothing of them runs. */
  async keep(parts: readonly Part[], records: readonly ProjectionRecord[]): Promise<void> {
    const kept = new Set(parts.map(keyOf));
    const begunAt = new Map(records.map((record) => [versionKey(record), record.begunAt]));
    const over = [...this.#running].filter(
      ([key, { part, begunAt: at }]) => !kept.has(key) || begunAt.get(versionKey(part)) !== at,
    );
    await this.#stop(over.map(([key]) => key));
  }

  /** What they have read may not be in the journal any more: none of it is projected. */
  doubt(): void {
    for (const { runner } of this.#running.values()) runner.doubt();
  }

  /** Stops all of them. */
  async stop(): Promise<void> {
    await this.#stop([...this.#running.keys()]);
  }

  /** How far the versions are of which parts run here; asks no store. */
  get readings(): readonly ProjectionReading[] {
    const { feeds, timing } = this.#host;
    const now = timing.now();
    const { ends } = feeds;
    const readings = new Map<string, { -readonly [Name in keyof ProjectionReading]: ProjectionReading[Name] }>();
    for (const { part, runner } of this.#running.values()) {
      const key = versionKey(part);
      const reading = readings.get(key) ?? {
        projection: part.name,
        version: part.version,
        eventsBehind: 0,
        lagMs: 0,
        latestOffset: 0,
      };
      readings.set(key, reading);
      for (const [shard, position] of runner.positions) {
        reading.latestOffset += position;
        reading.eventsBehind += Math.max(0, (ends[shard] ?? 0) - position);
      }
      if (runner.pendingSince !== undefined) reading.lagMs = Math.max(reading.lagMs, now - runner.pendingSince);
    }
    return [...readings.values()];
  }

  async #stop(keys: readonly string[]): Promise<void> {
    const stopped = keys.map(async (key) => {
      const running = this.#running.get(key);
      running?.detach();
      await running?.runner.stop();
      this.#running.delete(key);
    });
    await Promise.all(stopped);
  }
}
