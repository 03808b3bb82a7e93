import { Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import { type Journal, withJournal } from "../journal/open-journal.ts";
import type { StoreOptions } from "../project/store-at.ts";
import type { Host } from "../terminal/host.ts";
import { nearest } from "../terminal/nearest.ts";
import { AppProjections } from "./app-projections.ts";
import type { ProjectionControl, ProjectionRecord, ProjectionTools, SeenVersion } from "./tools.ts";

/** Options of every verb of `ego projections`. */
export interface ProjectionsOptions extends StoreOptions {
  /** Prints JSON instead of text. */
  readonly json?: boolean;
}

/** The projections of a journal that is open. */
export interface OpenProjections {
  readonly host: Host;
  /** Where the journal is: without the password. */
  readonly place: string;
  readonly control: ProjectionControl;
  readonly app: AppProjections;
}

/**
 * Opens the projections of a project, and closes them when the work is done. It creates and migrates nothing.
 *
 * @param access whether the work writes
 * @throws Failure as `withJournal`
 */
export function withProjections<T>(
  host: Host,
  options: StoreOptions,
  access: "read" | "write",
  work: (projections: OpenProjections) => Promise<T>,
): Promise<T> {
  return withJournal(host, { ...options, write: access === "write" }, (journal) => work(projectionsOf(host, journal)));
}

function projectionsOf(host: Host, { place, store, tools: loaded, entities, projections }: Journal): OpenProjections {
  const tools = loaded as unknown as Partial<ProjectionTools>;
  if (tools.ProjectionControl === undefined) {
    throw new Failure("environment", "This @ego/runtime is older than `ego projections`. Update it.");
  }
  const control = new tools.ProjectionControl(store as never);
  return { host, place, control, app: new AppProjections(tools as ProjectionTools, entities, projections) };
}

/**
 * The versions of a projection.
 *
 * @throws Failure if there is none of that name
 */
export async function versionsOf({ control, place }: OpenProjections, name: string): Promise<readonly SeenVersion[]> {
  const { versions } = await control.look();
  const found = versions.filter(({ record }) => record.name === name);
  if (found.length > 0) return found;
  const names = [...new Set(versions.map(({ record }) => record.name))];
  const meant = nearest(name, names);
  const hint = meant === undefined ? "" : ` Did you mean ${word(meant)}?`;
  const known = names.length === 0 ? "It has none" : `It has ${names.map(word).join(", ")}`;
  throw new Failure("input", `There is no projection ${word(name)} in ${place}. ${known}.${hint}`);
}

/**
 * The live version of a projection.
 *
 * @throws Failure if there is none
 */
export async function liveOf(projections: OpenProjections, name: string): Promise<ProjectionRecord> {
  const live = (await versionsOf(projections, name)).find(({ record }) => record.role === "live");
  if (live) return live.record;
  throw new Failure(
    "environment",
    `The projection ${word(name)} has no live version. \`ego verify\` looks for what is wrong.`,
  );
}
