import type { Attributes, Counter, Histogram, Meter, ObservableResult } from "@opentelemetry/api";
import type { StoredFacts } from "./telemetry.ts";

/** Milliseconds: from a command in memory to one that waits for a database that does not answer. */
const durations = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/** The metrics of engines. No ids among their attributes: each would be a time series of its own. */
export class Metrics {
  readonly #commands: Counter;
  readonly #duration: Histogram;
  readonly #events: Counter;
  readonly #engines = new Set<() => ReadonlyMap<string, number>>();
  /** Names of entities that an engine had. */
  readonly #entities = new Set<string>();

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

  engineStarted(activeEntities: () => ReadonlyMap<string, number>): () => void {
    this.#engines.add(activeEntities);
    return () => this.#engines.delete(activeEntities);
  }

  /**
   * The sum of all engines, since of two observations with the same attributes only one would count; 0 once they have
   * stopped, since the last observation would stand.
   */
  #observe(result: ObservableResult): void {
    const sums = new Map<string, number>();
    for (const activeEntities of this.#engines) {
      for (const [entity, count] of activeEntities()) {
        this.#entities.add(entity);
        sums.set(entity, (sums.get(entity) ?? 0) + count);
      }
    }
    for (const entity of this.#entities) result.observe(sums.get(entity) ?? 0, { "ego.entity": entity });
  }
}
