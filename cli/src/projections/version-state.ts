import type { OpenProjections } from "./open-projections.ts";
import type { Lag, ProjectionRecord, SeenVersion } from "./tools.ts";

/** How a version is, as far as the database knows. */
export interface VersionState {
  readonly record: ProjectionRecord;
  /** `no node`: it is to run, and nobody runs it. */
  readonly status: Status;
  readonly lag: Lag;
  readonly deadLetters: number;
  readonly held: SeenVersion["held"];
}

export type Status = "running" | "paused" | "failed" | "no node";

/** What is wanted of a version, and whether somebody does it. */
export function statusOf({ record, held }: SeenVersion): Status {
  if (record.failure !== undefined) return "failed";
  if (record.wanted === "paused") return "paused";
  return held.length > 0 ? "running" : "no node";
}

/** Looks how a version is. */
export async function stateOf({ control }: OpenProjections, seen: SeenVersion): Promise<VersionState> {
  const { record, held } = seen;
  const lag = await control.lag(record);
  return { record, held, status: statusOf(seen), lag, deadLetters: await control.countDeadLetters(record) };
}

/** The nodes that run parts of a version. */
export function nodesOf({ held }: Pick<SeenVersion, "held">): readonly string[] {
  return [...new Set(held.map(({ owner = "" }) => owner))];
}

/** A version for programs, whose members stay. */
export function stateJson({ record, status, lag, deadLetters, held }: VersionState): object {
  const { name, version, role, failure, parts } = record;
  return {
    name,
    version,
    role,
    status,
    failure: failure ?? null,
    lag: { events: lag.events, oldest: isoOf(lag.oldest) },
    deadLetters,
    parts,
    nodes: nodesOf({ held }),
  };
}

/** A time for programs; null where there is none, or none that could be. */
export function isoOf(time: Date | undefined): string | null {
  return time === undefined || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
