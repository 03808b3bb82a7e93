import { setTimeout as sleep } from "node:timers/promises";
import { progressBar } from "../terminal/progress-bar.ts";
import type { OpenProjections } from "./open-projections.ts";
import type { ProjectionVersion, SeenProjections, SeenVersion } from "./tools.ts";

/** Engines look every three seconds, and what a node that was killed had is free after ten. */
export const patienceMs = 10_000;

const lookMs = 100;

/** What there is of a version at one time. */
export interface Sight {
  /** Undefined if it is not there any more. */
  readonly version: SeenVersion | undefined;
  /** All nodes that are there. */
  readonly nodes: SeenProjections["nodes"];
}

/** How it ended that a version was to do its events: all are done, it was told to stop, or it does not go on. */
export type Ending =
  | { readonly kind: "done" | "stopped" | "gone" | "paused" | "nobody" }
  | { readonly kind: "failed"; readonly failure: string };

/** Looks at a version. */
export async function sightOf({ control }: OpenProjections, of: ProjectionVersion): Promise<Sight> {
  const { versions, nodes } = await control.look();
  const version = versions.find(({ record }) => record.name === of.name && record.version === of.version);
  return { version, nodes };
}

/**
 * Looks at a version until it is as it was to be, at most for as long as engines need.
 *
 * @param label what is said on a terminal meanwhile
 * @returns how it was in the end
 */
export async function lookUntil(
  projections: OpenProjections,
  of: ProjectionVersion,
  label: string,
  stop: AbortSignal,
  isReached: (sight: Sight) => boolean,
): Promise<Sight> {
  const { progress } = projections.host;
  const until = performance.now() + patienceMs;
  try {
    for (;;) {
      const sight = await sightOf(projections, of);
      if (isReached(sight) || stop.aborted || performance.now() > until) return sight;
      progress?.(label);
      await pause(stop);
    }
  } finally {
    progress?.("");
  }
}

/**
 * Waits until a version has done its events, for as long as somebody works on them, and shows how far it is.
 *
 * @param pending how many are left
 */
export async function catchUp(
  projections: OpenProjections,
  of: ProjectionVersion,
  label: string,
  stop: AbortSignal,
  pending: () => Promise<number>,
): Promise<Ending> {
  const { progress } = projections.host;
  let most = 0;
  let seenAt = performance.now();
  try {
    for (;;) {
      const left = await pending();
      if (left === 0) return { kind: "done" };
      if (stop.aborted) return { kind: "stopped" };
      most = Math.max(most, left);
      progress?.(progressBar(label, most - left, most, "events"));
      const { version, nodes } = await sightOf(projections, of);
      if (version === undefined) return { kind: "gone" };
      const { failure, wanted } = version.record;
      if (failure !== undefined) return { kind: "failed", failure };
      if (wanted === "paused") return { kind: "paused" };
      if (version.held.length > 0) seenAt = performance.now();
      else if (nodes.length === 0 || performance.now() - seenAt > patienceMs) return { kind: "nobody" };
      await pause(stop);
    }
  } finally {
    progress?.("");
  }
}

async function pause(stop: AbortSignal): Promise<void> {
  await sleep(lookMs, undefined, { signal: stop }).catch(() => {});
}
