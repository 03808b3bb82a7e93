// What `@ego/runtime/tools` exports for projections, as far as it is used here: this package is compiled without it.

/** See `@ego/runtime/tools`. */
export interface ProjectionTools {
  readonly ProjectionControl: new (store: never) => ProjectionControl;
  declaredProjection(given: unknown): DeclaredProjection;
  runnableProjection(given: never, entities: readonly never[]): object;
}

/** See `ProjectionControl` of `@ego/runtime/tools`. Tables are `TableData`. */
export interface ProjectionControl {
  look(): Promise<SeenProjections>;
  lag(of: ProjectionVersion): Promise<Lag>;
  shardsBehind(of: ProjectionVersion): Promise<readonly ShardLag[]>;
  countDeadLetters(of: ProjectionVersion): Promise<number>;
  pause(of: ProjectionVersion): Promise<boolean>;
  resume(of: ProjectionVersion): Promise<boolean>;
  skip(name: string, place: ShardPosition): Promise<void>;
  rebuild(name: string, from: "start" | "now" | Date | string, table: never): Promise<ProjectionRecord>;
  build(name: string, table: never): Promise<ProjectionRecord>;
  behindLive(of: ProjectionVersion): () => Promise<number>;
  promote(to: ProjectionVersion, table: never): Promise<boolean>;
  remove(of: ProjectionVersion, table: never): Promise<void>;
  add(projection: never, from: "start" | "now" | undefined): Promise<void>;
  deadLetters(name: string, limit: number): Promise<readonly DeadLetter[]>;
  retryDeadLetters(projection: never, which: ShardPosition | undefined): Promise<RetriedLetters>;
  dropDeadLetter(name: string, place: ShardPosition): Promise<boolean>;
}

/** See `DeclaredProjection` of `@ego/runtime/tools`. */
export interface DeclaredProjection {
  readonly name: string;
  readonly table: object | undefined;
  readonly life: { readonly from: "start" | "now" };
}

/** See `ProjectionVersion` of `@ego/runtime`. */
export interface ProjectionVersion {
  readonly name: string;
  readonly version: number;
}

/** See `ProjectionRecord` of `@ego/runtime`. */
export interface ProjectionRecord extends ProjectionVersion {
  readonly role: "live" | "building" | "previous";
  readonly wanted: "running" | "paused";
  readonly failure: string | undefined;
  readonly parts: number;
}

/** See `PartLease` of `@ego/runtime`. */
export interface PartLease {
  readonly part: number;
  readonly owner: string | undefined;
  readonly expiresAt: number;
}

/** See `SeenVersion` of `@ego/runtime/tools`. */
export interface SeenVersion {
  readonly record: ProjectionRecord;
  readonly held: readonly PartLease[];
}

/** See `SeenProjections` of `@ego/runtime/tools`. */
export interface SeenProjections {
  readonly versions: readonly SeenVersion[];
  readonly nodes: readonly string[];
}

/** See `ShardPosition` of `@ego/runtime`. */
export interface ShardPosition {
  readonly shard: number;
  readonly position: number;
}

/** See `ProjectionLag` of `@ego/runtime`. */
export interface Lag {
  readonly events: number;
  readonly oldest: Date | undefined;
}

/** See `ShardLag` of `@ego/runtime`. */
export interface ShardLag extends ShardPosition {
  readonly head: number;
  readonly oldest: Date | undefined;
}

/** See `DeadLetter` of `@ego/runtime`. */
export interface DeadLetter extends ShardPosition {
  readonly entityType: string;
  readonly entityId: string;
  readonly revision: number;
  readonly eventType: string;
  readonly failure: string;
  readonly attempts: number;
  readonly failedAt: number;
}

/** See `RetriedLetters` of `@ego/runtime`. */
export interface RetriedLetters {
  readonly succeeded: number;
  readonly failed: number;
}
