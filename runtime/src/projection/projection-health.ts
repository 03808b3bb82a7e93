import type { ProjectionVersion } from "../journal/projection-store.ts";

/** How the live version of a projection is, as its engine last saw it: at most three seconds ago. */
export interface ProjectionHealth extends ProjectionVersion {
  readonly status: "running" | "paused" | "failed";
  /** Why it failed. */
  readonly failure: string | undefined;
}
