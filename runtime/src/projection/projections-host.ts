import type { Timing } from "../clock/clock.ts";
import type { EgoError } from "../error/ego-error.ts";
import type { AppendProjected, EventStore } from "../journal/event-store.ts";
import type { JournalReaders } from "../journal/journal-readers.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import type { StoreSignals } from "../journal/store-signals.ts";
import type { Stream } from "../stream/stream.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** What the projections of an engine share. */
export interface ProjectionsHost {
  readonly store: ProjectionStore;
  readonly events: EventStore;
  /** The versions of durable states, as `stateShards` makes them; undefined if the store gives them no positions. */
  readonly states: EventStore | undefined;
  /** Both. */
  readonly withStates: EventStore | undefined;
  readonly stream: Stream;
  readonly timing: Timing;
  readonly readers: JournalReaders;
  /** Resolves when the batches that are under way now have been answered. */
  readonly settled: () => Promise<unknown>;
  /** Something that no other engine has. */
  readonly unique: string;
  readonly signals: StoreSignals | undefined;
  readonly telemetry: Telemetry | undefined;
  /** Gives those that store events another way to do it. */
  readonly appendBy: (append: AppendProjected) => void;
  readonly report: (failure: EgoError) => void;
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}
