import { systemTiming } from "../clock/clock.ts";
import type { TableData } from "../codegen/table.ts";
import { EgoError } from "../error/ego-error.ts";
import type { ShardPosition } from "../journal/event-store.ts";
import type {
  DeadLetter,
  PartLease,
  ProjectionRecord,
  ProjectionStore,
  ProjectionVersion,
} from "../journal/projection-store.ts";
import { stateShards, withStates } from "../journal/state-shards.ts";
import type { Store } from "../journal/store.ts";
import type { CompiledProjection } from "../projection/compiled-projection.ts";
import { lagOf, type ProjectionLag, type ShardLag, shardsBehind } from "../projection/lag.ts";
import { isGone } from "../projection/node-name.ts";
import {
  addFirst,
  beginAgain,
  behindLive,
  buildBeside,
  journalOf,
  liveVersion,
  type RebuildOptions,
  resume,
  skipEvent,
  type VersionsHost,
  versionsOf,
} from "../projection/projection-versions.ts";
import { type RetriedLetters, retryDeadLetters } from "../projection/retry-dead-letters.ts";

/** What is stored of a version of a projection, and who runs it. */
export interface SeenVersion {
  readonly record: ProjectionRecord;
  /** Parts that nodes have. */
  readonly held: readonly PartLease[];
}

/** What there is of projections. */
export interface SeenProjections {
  readonly versions: readonly SeenVersion[];
  /** Nodes that are there, whatever they run. */
  readonly nodes: readonly string[];
}

/**
 * The projections of a journal as a tool operates them: through the database, whether engines run them or not. Engines see
 * what was written within seconds. Methods throw EgoError as those of `ProjectionRef`.
 */
export class ProjectionControl {
  readonly #host: VersionsHost;

  /**
   * @param store an open one
   * @throws EgoError `unsupported` if it keeps no projections
   */
  constructor({ name, events, states, projections }: Pick<Store, "name" | "events" | "states" | "projections">) {
    if (!projections) {
      throw new EgoError("unsupported", `The store ${JSON.stringify(name ?? "given")} keeps no projections.`);
    }
    const versions = stateShards(states, events.shardCount);
    this.#host = {
      store: projections,
      events,
      withStates: versions && withStates(events, versions),
      timing: systemTiming,
    };
  }

  /** What there is. Writes nothing. */
  async look(): Promise<SeenProjections> {
    const now = Date.now();
    const { projections, leases, nodes } = await this.#store.view(now);
    const there = nodes.filter((node) => !isGone(node));
    const held = leases.filter(
      ({ owner, expiresAt }) => owner !== undefined && expiresAt > now && there.includes(owner),
    );
    return {
      nodes: there,
      versions: projections.map((record) => ({ record, held: held.filter((lease) => isOf(lease, record)) })),
    };
  }

  /** How far a version is behind the journal. */
  async lag(of: ProjectionVersion): Promise<ProjectionLag> {
    const offsets = (await this.#store.offsets(of)) ?? [];
    return lagOf(journalOf(this.#host, offsets.length), offsets);
  }

  /** The shards in which a version is behind the journal. */
  async shardsBehind(of: ProjectionVersion): Promise<readonly ShardLag[]> {
    const offsets = (await this.#store.offsets(of)) ?? [];
    return shardsBehind(journalOf(this.#host, offsets.length), offsets);
  }

  countDeadLetters(of: ProjectionVersion): Promise<number> {
    return this.#store.countDeadLetters(of);
  }

  live(name: string): Promise<ProjectionRecord> {
    return liveVersion(this.#store, name);
  }

  pause(of: ProjectionVersion): Promise<boolean> {
    return this.#store.change(of, { wanted: "paused" });
  }

  resume(of: ProjectionVersion): Promise<boolean> {
    return resume(this.#store, of);
  }

  async skip(name: string, place: ShardPosition): Promise<void> {
    const live = await this.live(name);
    await skipEvent(this.#host, live, place);
    await this.resume(live);
  }

  /** @param table what its rows are in, for a projection with a read model */
  async rebuild(
    name: string,
    from: NonNullable<RebuildOptions["from"]>,
    table: TableData | undefined,
  ): Promise<ProjectionRecord> {
    const live = await this.live(name);
    await beginAgain(this.#host, live, from, table);
    await this.resume(live);
    return this.live(name);
  }

  build(name: string, table: TableData | undefined): Promise<ProjectionRecord> {
    return buildBeside(this.#host, { name, table });
  }

  /** By how many events a version is behind the live one; asked until it is none, as when it is promoted. */
  behindLive(of: ProjectionVersion): () => Promise<number> {
    return behindLive(this.#store, of, Date.now);
  }

  /** Makes a version live, however far behind it is. */
  promote(to: ProjectionVersion, table: TableData | undefined): Promise<boolean> {
    return this.#store.promote(to, table);
  }

  /** Removes a version, and drops its table if that is given. */
  remove(of: ProjectionVersion, table: TableData | undefined): Promise<void> {
    return this.#store.remove(of, table);
  }

  /** @throws EgoError `already_exists` if it is there */
  async add(
    projection: Pick<CompiledProjection, "name" | "table" | "life" | "consumesStates">,
    from: "start" | "now" | undefined,
  ): Promise<void> {
    const { name } = projection;
    if ((await versionsOf(this.#store, name)).length > 0) {
      throw new EgoError("already_exists", `The journal has the projection ${JSON.stringify(name)} already.`, {
        details: { projection: name },
      });
    }
    await addFirst(this.#host, projection, from);
  }

  /** Those of the live version, by shard and position. */
  async deadLetters(name: string, limit: number): Promise<readonly DeadLetter[]> {
    return this.#store.deadLetters(await this.live(name), limit);
  }

  /** Runs the handler of the projection. */
  async retryDeadLetters(projection: CompiledProjection, which: ShardPosition | undefined): Promise<RetriedLetters> {
    return retryDeadLetters(this.#host, projection, await this.live(projection.name), which);
  }

  /** Forgets a dead letter; answers whether it was there. */
  async dropDeadLetter(name: string, place: ShardPosition): Promise<boolean> {
    return this.#store.unbury(await this.live(name), place, async () => {});
  }

  get #store(): ProjectionStore {
    return this.#host.store;
  }
}

function isOf(lease: PartLease, { name, version }: ProjectionVersion): boolean {
  return lease.name === name && lease.version === version;
}
