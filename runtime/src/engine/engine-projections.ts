import type { CompiledEntity } from "../entity/compiled-entity.ts";
import { EgoError } from "../error/ego-error.ts";
import type { ProjectionStore } from "../journal/projection-store.ts";
import { type CompiledProjection, compileProjection } from "../projection/compiled-projection.ts";
import { type AnyProjection, nameOf } from "../projection/projection.ts";
import type { ProjectionHealth } from "../projection/projection-health.ts";
import { ProjectionRef, type ProjectionStatus } from "../projection/projection-ref.ts";
import { Projections } from "../projection/projections.ts";
import type { ProjectionsHost } from "../projection/projections-host.ts";
import type { ProjectionReading } from "../telemetry/telemetry.ts";

/** The projections of an engine, also of one that has none, or whose store cannot keep any. */
export class EngineProjections {
  readonly #storeName: string;
  readonly #entities: ReadonlyMap<string, CompiledEntity>;
  readonly #projections: Projections | undefined;

  /**
   * @param store that of the projections; undefined if the store of this name keeps none
   */
  constructor(
    storeName: string,
    store: ProjectionStore | undefined,
    entities: readonly CompiledEntity[],
    host: Omit<ProjectionsHost, "store">,
  ) {
    this.#storeName = storeName;
    this.#entities = new Map(entities.map((entity) => [entity.name, entity]));
    this.#projections = store && new Projections({ ...host, store });
  }

  /**
   * Adds projections, and begins to run them.
   *
   * @throws EgoError `unsupported` if the store keeps no projections, `already_exists` for a name that is there
   */
  async add(given: readonly AnyProjection[]): Promise<void> {
    if (given.length === 0) return;
    const projections = this.#required();
    const names = new Set(projections.compiled.keys());
    const compiled: CompiledProjection[] = [];
    for (const one of given) {
      const projection = compileProjection(one, this.#entities);
      if (names.has(projection.name)) {
        throw new EgoError(
          "already_exists",
          `The projection ${JSON.stringify(projection.name)} is given twice: its offsets are stored under its name.`,
          { details: { projection: projection.name } },
        );
      }
      if (projection.life.inline && !projections.host.store.append) throw this.#hasNoTransactions(projection.name);
      names.add(projection.name);
      compiled.push(projection);
    }
    await projections.add(compiled);
  }

  /** The store is another server, which may have lost commits. */
  startOver(): void {
    this.#projections?.startOver();
  }

  /**
   * Takes a projection out of this engine, and out of the journal if `drop` says so.
   *
   * @throws EgoError `not_found` if the engine does not have it
   */
  async remove(name: string, drop: boolean): Promise<void> {
    const { projection } = this.#found(name);
    const projections = this.#required();
    await projections.forget(name);
    if (!drop) return;
    const { store } = projections.host;
    for (const record of await store.list()) {
      if (record.name === name) await store.remove(record, projection.table);
    }
  }

  /**
   * A projection of this engine.
   *
   * @throws EgoError `not_found` if the engine does not have it
   */
  ref(given: AnyProjection | { readonly table: { readonly name: string } } | string): ProjectionRef {
    const name = typeof given === "string" ? given : "table" in given ? given.table.name : nameOf(given);
    return this.#found(name).ref;
  }

  /** How all projections of this engine are. */
  async statuses(): Promise<readonly ProjectionStatus[]> {
    const names = [...(this.#projections?.compiled.keys() ?? [])];
    return (await Promise.all(names.map((name) => this.#found(name).ref.versions()))).flat();
  }

  /** How far those are that run here, for the telemetry. */
  get readings(): readonly ProjectionReading[] {
    return this.#projections?.readings ?? [];
  }

  /** How the live ones are. */
  get health(): readonly ProjectionHealth[] {
    return this.#projections?.health ?? [];
  }

  async stop(): Promise<void> {
    await this.#projections?.stop();
  }

  #found(name: string): { readonly projection: CompiledProjection; readonly ref: ProjectionRef } {
    const projections = this.#projections;
    const projection = projections?.compiled.get(name);
    if (projections && projection) return { projection, ref: new ProjectionRef(projections, projection) };
    throw new EgoError(
      "not_found",
      `This engine has no projection ${JSON.stringify(name)}: give it to Engine.start, \`projections: [….implement(…)]\`, or to addProjection.`,
      { details: { projection: name } },
    );
  }

  #hasNoTransactions(projection: string): EgoError {
    return new EgoError(
      "unsupported",
      `The projection ${JSON.stringify(projection)} is inline, but the store ${JSON.stringify(this.#storeName)} has no transactions that it could be in. Use one that has them, as sqliteStore or postgresStore, or leave \`inline\` away.`,
      { details: { projection } },
    );
  }

  #required(): Projections {
    if (this.#projections) return this.#projections;
    throw new EgoError(
      "unsupported",
      `The store ${JSON.stringify(this.#storeName)} has no \`projections\`. Use one that has them, as sqliteStore or postgresStore, or leave the projections away.`,
    );
  }
}
