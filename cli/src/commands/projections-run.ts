import { exitCode, Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import {
  liveOf,
  type OpenProjections,
  type ProjectionsOptions,
  versionsOf,
  withProjections,
} from "../projections/open-projections.ts";
import { indented, versionText } from "../projections/state-text.ts";
import type { ProjectionRecord, ProjectionVersion } from "../projections/tools.ts";
import { placeOf, type TypedPlace } from "../projections/typed.ts";
import { nodesOf } from "../projections/version-state.ts";
import { lookUntil, type Sight, sightOf } from "../projections/waiting.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego projections pause` and `resume`. */
export interface RunOptions extends ProjectionsOptions {
  /** The version that is being built, in place of the live one. */
  readonly building?: boolean;
}

/** Options of `ego projections skip`. */
export interface SkipOptions extends ProjectionsOptions, TypedPlace {}

/**
 * `ego projections pause`: lets a projection rest, and waits until no node runs it.
 *
 * @returns the exit code: 2 if a node still does
 * @throws Failure if there is none of that name
 */
export function projectionsPause(host: Host, name: string, options: RunOptions): Promise<number> {
  return withProjections(host, options, "write", async (projections) => {
    const record = await meantBy(projections, name, options);
    const before = await sightOf(projections, record);
    const label = `Waiting until no engine runs ${word(name)}`;
    const sight = await untilStopped(async (stop) => {
      await projections.control.pause(record);
      return lookUntil(projections, record, label, stop, ({ version }) => !version?.held.length);
    });
    const left = nodesIn(sight);
    const had = nodesIn(before);
    const what = `${titleOf(record)} is paused`;
    const text =
      left.length > 0
        ? `${what}, but still run by ${words(left)}: engines finish what is under way.`
        : `${what}. ${had.length > 0 ? `It was given up by ${words(had)}.` : "No engine ran it."}`;
    report(projections, options, record, { paused: true, done: left.length === 0, nodes: left }, text);
    return left.length === 0 ? exitCode.ok : exitCode.environment;
  });
}

/**
 * `ego projections resume`: lets a projection go on, and waits until a node runs it, if any is there.
 *
 * @returns the exit code: 1 if it has failed again, 2 if no node that is there runs it
 * @throws Failure if there is none of that name
 */
export function projectionsResume(host: Host, name: string, options: RunOptions): Promise<number> {
  return withProjections(host, options, "write", async (projections) => {
    const record = await meantBy(projections, name, options);
    const resume = () => projections.control.resume(record);
    return resumed(projections, options, record, resume, `${titleOf(record)} is to go on`);
  });
}

/**
 * `ego projections skip`: passes over the event that a projection is at, and lets it go on behind it.
 *
 * @returns the exit code, as `projectionsResume`
 * @throws Failure if the projection is not at that event
 */
export function projectionsSkip(host: Host, name: string, options: SkipOptions): Promise<number> {
  const place = placeOf(options);
  if (place === undefined) throw new Failure("input", "Say which event: `--shard` and `--position`.");
  return withProjections(host, options, "write", async (projections) => {
    const live = await liveOf(projections, name);
    const skip = () => projections.control.skip(name, place);
    const { shard, position } = place;
    const text = `${titleOf(live)} passes over position ${position} of shard ${shard}, now a dead letter, and is to go on`;
    return resumed(projections, options, live, skip, text);
  });
}

/** Lets a version run, and says who took it. */
async function resumed(
  projections: OpenProjections,
  options: ProjectionsOptions,
  record: ProjectionRecord,
  begin: () => Promise<unknown>,
  what: string,
): Promise<number> {
  const label = `Waiting until an engine runs ${word(record.name)}`;
  const sight = await untilStopped(async (stop) => {
    await begin();
    return lookUntil(
      projections,
      record,
      label,
      stop,
      ({ version, nodes }) =>
        nodes.length === 0 || version === undefined || version.held.length > 0 || version.record.failure !== undefined,
    );
  });
  const nodes = nodesIn(sight);
  const failure = sight.version?.record.failure;
  const facts = { paused: false, done: nodes.length > 0 && failure === undefined, nodes, failure: failure ?? null };
  report(projections, options, record, facts, `${what}${outcomeText(sight)}`);
  if (failure !== undefined) return exitCode.input;
  return nodes.length > 0 || sight.nodes.length === 0 ? exitCode.ok : exitCode.environment;
}

function outcomeText(sight: Sight): string {
  const failure = sight.version?.record.failure;
  const nodes = nodesIn(sight);
  if (failure !== undefined) return `, and has failed again:\n${indented(failure)}`;
  if (nodes.length > 0) return `: it is run by ${words(nodes)}.`;
  if (sight.nodes.length === 0) return ". No engine is there: it does when one is started that has it.";
  const engines = sight.nodes.length === 1 ? "An engine is" : `${sight.nodes.length} engines are`;
  return `. ${engines} there, but none has taken it: is it among their \`projections\`?`;
}

async function meantBy(
  projections: OpenProjections,
  name: string,
  { building }: RunOptions,
): Promise<ProjectionRecord> {
  if (!building) return liveOf(projections, name);
  const found = (await versionsOf(projections, name)).find(({ record }) => record.role === "building");
  if (found) return found.record;
  throw new Failure("input", `No version of ${word(name)} is being built.`);
}

function report(
  { host, place }: OpenProjections,
  { json }: ProjectionsOptions,
  { name, version }: ProjectionVersion,
  facts: object,
  text: string,
): void {
  host.out(json ? jsonText({ format: 1, place, name, version, ...facts }) : text);
}

function titleOf(record: ProjectionRecord): string {
  return record.role === "live" ? word(record.name) : versionText(record);
}

function nodesIn({ version }: Sight): readonly string[] {
  return version ? nodesOf(version) : [];
}

function words(nodes: readonly string[]): string {
  return nodes.map(word).join(", ");
}
