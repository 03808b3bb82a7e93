import type { FailedEntity } from "../entity/supervisor.ts";
import type { LaneHealth } from "../journal/lane.ts";
import type { ProjectionHealth } from "../projection/projection-health.ts";
import type { Kind } from "./kinds.ts";
import type { StoreHealth } from "./store-watch.ts";

/** How an engine is, cheaply enough to ask each second. */
export interface Health {
  /**
   * `up`; `degraded` while the store does not answer, or the last transaction of a lane failed; `stopping` from the call
   * of `stop` on; `stopped` when that is done. Single entities that fail do not degrade an engine.
   */
  readonly status: "up" | "degraded" | "stopping" | "stopped";
  readonly startedAt: Date;
  readonly uptimeMs: number;
  /** Commands that are not answered yet, and how many there may be. */
  readonly commands: { readonly underWay: number; readonly max: number };
  /** Entities in memory, by the name of their kind. */
  readonly active: ReadonlyMap<string, number>;
  /** Entities that cannot be read: how many, and the first hundred of each kind. */
  readonly failed: { readonly count: number; readonly entities: readonly FailedEntity[] };
  /** Those that append events, and behind them the one that saves durable states, if the store has such. */
  readonly lanes: readonly LaneHealth[];
  /** Live versions of the projections that the engine has handlers for. Those that failed do not degrade an engine. */
  readonly projections: readonly ProjectionHealth[];
  readonly store: StoreHealth;
}

/** What the health of an engine is made of. Times are epoch milliseconds. */
export interface HealthParts {
  readonly phase: "running" | "stopping" | "stopped";
  readonly startedAt: number;
  readonly now: number;
  readonly commands: Health["commands"];
  readonly kinds: readonly Kind[];
  readonly lanes: readonly LaneHealth[];
  readonly projections: readonly ProjectionHealth[];
  readonly store: StoreHealth;
}

/** Entities of one kind that are listed. */
const maxListed = 100;

/** The health of an engine. */
export function healthOf({ phase, startedAt, now, commands, kinds, lanes, projections, store }: HealthParts): Health {
  const degraded = !store.reachable || lanes.some(({ failure }) => failure !== undefined);
  return {
    status: phase !== "running" ? phase : degraded ? "degraded" : "up",
    startedAt: new Date(startedAt),
    uptimeMs: now - startedAt,
    commands,
    active: new Map(kinds.map(({ compiled, actors }) => [compiled.name, actors.size])),
    failed: {
      count: kinds.reduce((count, { host }) => count + host.supervisor.size, 0),
      entities: kinds.flatMap(({ host }) => host.supervisor.list(maxListed)),
    },
    lanes,
    projections,
    store,
  };
}
