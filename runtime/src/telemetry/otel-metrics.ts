import type { Attributes, Counter, Histogram, Meter, ObservableResult } from "@opentelemetry/api";
import type { ProjectionFacts, ProjectionReading, StoredFacts } from "./telemetry.ts";

/** Milliseconds: from a command in memory to one that waits for a database that does not answer. */
const durations = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/** What an engine is asked for. */
interface Engine {
  readonly activeEntities: () => ReadonlyMap<string, number>;
  readonly projections: () => readonly ProjectionReading[];
}

/** The metrics of engines. No ids among their attributes: each would be a time series of its own. */
export class Metrics {
  readonly #commands: Counter;
  readonly #duration: Histogram;
  readonly #events: Counter;
  readonly #projected: Counter;
  readonly #engines = new Set<Engine>();
  /** Names of entities that an engine had. */
  readonly #entities = new Set<string>();
  /** Versions of projections that an engine ran, as done. */
  readonly #versions = new Map<string, ProjectionReading>();

  constructor(meter: Meter) {
    this.#commands = meter.createCounter("ego.commands.total", {
      description: "Commands answered",
      unit: "{command}",
    });
    this.#duration = meter.createHistogram("ego.commands.duration", {
      description: "Time from sending a command to its answer",
      unit: "ms",
      advice: { explicitBucketBoundaries: durations },
    });
    this.#events = meter.createCounter("ego.events.persisted.total", {
      description: "Events stored",
      unit: "{event}",
    });
    meter
      .createObservableUpDownCounter("ego.entities.active", { description: "Entities in memory", unit: "{entity}" })
      .addCallback((result) => this.#observe(result));
    this.#projected = meter.createCounter("ego.projection.events.processed.total", {
      description: "Events projected",
      unit: "{event}",
    });
    meter
      .createObservableUpDownCounter("ego.projections.active", {
        description: "Versions of projections that run",
        unit: "{projection}",
      })
      .addCallback((result) => result.observe(this.#readings(false).length));
    const gauge = (name: string, description: string, unit: string, read: (reading: ProjectionReading) => number) =>
      meter.createObservableGauge(name, { description, unit }).addCallback((result) => {
        for (const reading of this.#readings(true)) result.observe(read(reading), attributesOf(reading));
      });
    gauge("ego.projection.events_behind", "Events stored, and not projected yet", "{event}", (one) => one.eventsBehind);
    gauge("ego.projection.lag_ms", "Age of the oldest event that is not projected yet", "ms", (one) => one.lagMs);
    gauge("ego.projection.latest_offset", "Sum of the offsets", "{event}", (one) => one.latestOffset);
  }

  eventsProjected(facts: ProjectionFacts, events: number): void {
    if (events > 0) this.#projected.add(events, attributesOf(facts));
  }

  commandAnswered(attributes: Attributes, milliseconds: number): void {
    this.#commands.add(1, attributes);
    this.#duration.record(milliseconds, attributes);
  }

  batchStored(batch: readonly StoredFacts[], stored: readonly boolean[]): void {
    const counts = new Map<string, number>();
    for (const [index, { entity, events }] of batch.entries()) {
      if (events > 0 && stored[index]) counts.set(entity, (counts.get(entity) ?? 0) + events);
    }
    for (const [entity, events] of counts) this.#events.add(events, { "ego.entity": entity });
  }

  engineStarted(
    activeEntities: () => ReadonlyMap<string, number>,
    projections: () => readonly ProjectionReading[],
  ): () => void {
    const engine = { activeEntities, projections };
    this.#engines.add(engine);
    return () => this.#engines.delete(engine);
  }

  /**
   * What runs now, of all engines together, since of two observations with the same attributes only one would count.
   *
   * @param all whether also what ran before is there, as done: the last observation of it would stand
   */
  #readings(all: boolean): readonly ProjectionReading[] {
    const sums = new Map<string, ProjectionReading>(all ? this.#versions : []);
    for (const { projections } of this.#engines) {
      for (const reading of projections()) {
        const { projection, version } = reading;
        const key = `${version} ${projection}`;
        this.#versions.set(key, { projection, version, eventsBehind: 0, lagMs: 0, latestOffset: 0 });
        const sum = sums.get(key) ?? { eventsBehind: 0, lagMs: 0, latestOffset: 0 };
        sums.set(key, {
          projection,
          version,
          eventsBehind: sum.eventsBehind + reading.eventsBehind,
          lagMs: Math.max(sum.lagMs, reading.lagMs),
          latestOffset: sum.latestOffset + reading.latestOffset,
        });
      }
    }
    return [...sums.values()];
  }

  /**
   * The sum of all engines, since of two observations with the same attributes only one would count; 0 once they have
   * stopped, since the last observation would stand.
   */
  #observe(result: ObservableResult): void {
    const sums = new Map<string, number>();
    for (const { activeEntities } of this.#engines) {
      for (const [entity, count] of activeEntities()) {
        this.#entities.add(entity);
        sums.set(entity, (sums.get(entity) ?? 0) + count);
      }
    }
    for (const entity of this.#entities) result.observe(sums.get(entity) ?? 0, { "ego.entity": entity });
  }
}

function attributesOf({ projection, version }: ProjectionFacts): Attributes {
  return { "ego.projection": projection, "ego.version": version };
}
