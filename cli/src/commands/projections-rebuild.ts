import { exitCode, Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import {
  liveOf,
  type OpenProjections,
  type ProjectionsOptions,
  withProjections,
} from "../projections/open-projections.ts";
import { promoted } from "../projections/promoting.ts";
import { counted, indented, versionText } from "../projections/state-text.ts";
import type { ProjectionRecord } from "../projections/tools.ts";
import { fromOf } from "../projections/typed.ts";
import { catchUp, type Ending } from "../projections/waiting.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego projections rebuild`. */
export interface RebuildOptions extends ProjectionsOptions {
  /** Where to begin, as typed. */
  readonly from?: string;
  /** Beside the live version, in a table of its own. */
  readonly blueGreen?: boolean;
  /** Makes the new version live when it has caught up. */
  readonly promote?: boolean;
  /** Does not ask. */
  readonly yes?: boolean;
}

/**
 * `ego projections rebuild`: begins a projection again, in place or beside the live version, and shows how far it is.
 *
 * @returns the exit code: 1 if it failed on an event
 * @throws Failure if there is none of that name, or if its table is not known
 */
export function projectionsRebuild(host: Host, name: string, options: RebuildOptions): Promise<number> {
  const { blueGreen, promote, from } = options;
  if (promote && !blueGreen) throw new Failure("input", "`--promote` goes with `--blue-green`.");
  if (from !== undefined && blueGreen) throw new Failure("input", "A version beside the live one begins at the start.");
  const begin = fromOf(from ?? "start");
  return withProjections(host, options, "write", async (projections) => {
    const live = await liveOf(projections, name);
    return blueGreen ? beside(projections, live, options) : inPlace(projections, live, begin, options);
  });
}

async function inPlace(
  projections: OpenProjections,
  live: ProjectionRecord,
  from: ReturnType<typeof fromOf>,
  options: RebuildOptions,
): Promise<number> {
  const { host, control, app } = projections;
  const { name } = live;
  const table = from === "start" ? app.declared(name, "its rows would stay, and be added to").table : undefined;
  const what = table ? "All rows of its table are removed first." : "Events that it has done are done again.";
  await confirm(host, `Begin ${word(name)} again? ${what}`, options.yes === true);
  const begin = () => control.rebuild(name, from, table as never);
  return followed(projections, begin, options, () => `${word(name)} has been rebuilt`);
}

async function beside(projections: OpenProjections, live: ProjectionRecord, options: RebuildOptions): Promise<number> {
  const { control, app } = projections;
  const { table } = app.declared(live.name, "nobody says which table the new version has");
  const begin = () => control.build(live.name, table as never);
  if (options.promote) return promoted(projections, begin, table, options.json === true);
  return followed(
    projections,
    begin,
    options,
    (built) => `${versionText(built)} is built, and queries see the one before until \`ego projections promote\``,
  );
}

/** Begins a version, and shows how far it is, until it has done what there was when it began. */
async function followed(
  projections: OpenProjections,
  begin: () => Promise<ProjectionRecord>,
  options: RebuildOptions,
  done: (version: ProjectionRecord) => string,
): Promise<number> {
  const { host, place, control } = projections;
  const { version, before, seconds, ending } = await untilStopped(async (stop) => {
    const version = await begin();
    const begunAt = Date.now();
    const started = performance.now();
    const before = (await control.lag(version)).events;
    const ending = await catchUp(projections, version, `Rebuilding ${word(version.name)}`, stop, async () => {
      const { events, oldest } = await control.lag(version);
      // What was stored since then comes as it always does.
      return oldest && oldest.getTime() > begunAt ? 0 : events;
    });
    return { version, before, seconds: ((performance.now() - started) / 1_000).toFixed(1), ending };
  });
  const text =
    ending.kind === "done" ? `${done(version)}: ${counted(before, "event")} in ${seconds} s.` : whyNot(version, ending);
  const facts = { name: version.name, version: version.version, ending: ending.kind, events: before };
  host.out(options.json ? jsonText({ format: 1, place, ...facts }) : text);
  return ending.kind === "failed" ? exitCode.input : exitCode.ok;
}

/** How it is that a version has not come to the end. */
function whyNot(version: ProjectionRecord, ending: Ending): string {
  const title = versionText(version);
  switch (ending.kind) {
    case "failed":
      return `${title} has failed:\n${indented(ending.failure)}`;
    case "paused":
      return `${title} was paused.`;
    case "gone":
      return `${title} was removed.`;
    case "nobody":
      return `${title} has begun again, but no engine runs it: it goes on when one does that has it.`;
    default:
      return `${title} goes on in the engines; \`ego projections status\` says how far it is.`;
  }
}
