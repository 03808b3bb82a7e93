import type { Timing } from "../clock/clock.ts";
import type { EntityTable } from "../codegen/entity.ts";
import { commitTraced } from "../entity/traced.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import {
  type Bounded,
  boundedBy,
  boundedEvents,
  boundedProjections,
  boundedSnapshots,
  boundedStates,
} from "../journal/bounded-store.ts";
import type { Append, AppendProjected, AppendResult, EventStore, ProjectedResult } from "../journal/event-store.ts";
import { type CheckHeads, eventChecks, type HeadCheck, stateChecks } from "../journal/head-checks.ts";
import { Lane, type LaneHealth, type LaneLimits, type LaneWatch } from "../journal/lane.ts";
import { Lanes } from "../journal/lanes.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import type { SnapshotStore } from "../journal/snapshot-store.ts";
import type { StateChange, StateChangeResult, StateStore } from "../journal/state-store.ts";
import type { Store } from "../journal/store.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** The way to a store that is open: what is written goes through lanes, and what is read takes no longer than a time. */
export class StorePort {
  readonly events: EventStore;
  readonly snapshots: SnapshotStore | undefined;
  readonly states: StateStore | undefined;
  readonly projections: ProjectionStore | undefined;
  readonly appends: Lanes<Append, ProjectedResult>;
  readonly changes: Lane<StateChange, StateChangeResult> | undefined;
  readonly #store: Store;
  readonly #traced: (append: AppendProjected) => AppendProjected;
  #append: AppendProjected;
  readonly #bounded: Bounded;
  readonly #eventChecks: Lane<HeadCheck, AppendResult>;
  readonly #stateChecks: Lane<HeadCheck, AppendResult> | undefined;
  /** Those that write. */
  readonly #lanes: readonly Lane<never, never>[];

  constructor(store: Store, limits: LaneLimits, timing: Timing, watch: LaneWatch, telemetry?: Telemetry) {
    const { events, snapshots, states, projections } = store;
    const checks = (check: CheckHeads) => new Lane(check, limits, timing, watch);
    this.#store = store;
    this.#bounded = boundedBy(timing, watch);
    this.events = boundedEvents(events, this.#bounded);
    this.snapshots = snapshots && boundedSnapshots(snapshots, this.#bounded);
    this.states = states && boundedStates(states, this.#bounded);
    this.projections = projections && boundedProjections(projections, this.#bounded);
    this.#traced = (append) => (telemetry ? commitTraced(telemetry, append) : append);
    this.#append = this.#traced(events.append.bind(events));
    const save = telemetry && states ? commitTraced(telemetry, states.save.bind(states)) : states?.save.bind(states);
    this.appends = new Lanes((batch) => this.#append(batch), limits, events.lanes ?? 1, timing, watch);
    this.changes = save && new Lane(save, limits, timing, watch);
    // Their lanes watch the time.
    this.#eventChecks = checks(eventChecks(events));
    this.#stateChecks = states && checks(stateChecks(states));
    this.#lanes = [...this.appends.lanes, ...(this.changes ? [this.changes] : [])] as never[];
  }

  /** From now on, batches are stored so: as the journal does it, and more. */
  appendBy(append: AppendProjected): void {
    this.#append = this.#traced(append);
  }

  /** Where it is asked whether entities are still at their revisions. */
  checks(kind: EntityTable["kind"]): Lane<HeadCheck, AppendResult> {
    return kind === "durable" && this.#stateChecks ? this.#stateChecks : this.#eventChecks;
  }

  get health(): readonly LaneHealth[] {
    return this.#lanes.map((lane) => lane.health);
  }

  /** Resolves when what is in flight now was answered, whatever became of it. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.settled()));
  }

  /** Resolves when nothing is being written, or what is being written takes too long. */
  async drained(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.drained()));
  }

  /**
   * Closes the store behind its lanes.
   *
   * @throws EgoError `unavailable` if the store has not answered in time, or cannot be closed
   */
  async close(): Promise<void> {
    const hanging = this.health.some((lane) => lane.hanging);
    try {
      await this.#bounded(this.#store.close?.() ?? Promise.resolve());
    } catch (cause) {
      throw new EgoError("unavailable", `The engine stopped, but did not close its store: ${textOf(cause)}`, { cause });
    }
    if (!hanging) return;
    throw new EgoError(
      "unavailable",
      "The engine stopped while its store had not answered. Whether what it was given last is stored is not known: whoever waited for it was told so.",
    );
  }
}
