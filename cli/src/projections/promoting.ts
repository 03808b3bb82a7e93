import { exitCode, Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import { jsonText } from "../terminal/json-text.ts";
import { untilStopped } from "../terminal/until-stopped.ts";
import type { OpenProjections } from "./open-projections.ts";
import { counted, indented, versionText } from "./state-text.ts";
import type { ProjectionRecord } from "./tools.ts";
import { catchUp } from "./waiting.ts";

/**
 * Makes a version the live one when it has done what the live one has, however long that takes, and says so.
 *
 * @param begin makes the version, or knows it
 * @param table that of its read model, as the application has it
 * @returns the exit code
 * @throws Failure if it does not get there
 */
export async function promoted(
  projections: OpenProjections,
  begin: () => Promise<ProjectionRecord>,
  table: object | undefined,
  json: boolean,
): Promise<number> {
  const { host, place, control } = projections;
  const { to, pending, ending } = await untilStopped(async (stop) => {
    const to = await begin();
    const pending = control.behindLive(to);
    const label = `Waiting for version ${to.version} of ${word(to.name)}`;
    return { to, pending, ending: await catchUp(projections, to, label, stop, pending) };
  });
  const { name, version } = to;
  const title = versionText(to);
  switch (ending.kind) {
    case "failed":
      throw new Failure("input", `${title} is not promoted, since it has failed:\n${indented(ending.failure)}`);
    case "gone":
      throw new Failure("input", `${title} was removed.`);
    case "paused":
      throw new Failure("input", `${title} is not promoted: it is paused, and ${await behind()} the live one.`);
    case "nobody":
      throw new Failure(
        "environment",
        `${title} is not promoted: it is ${await behind()} the live one, and no engine runs it.`,
      );
    case "stopped":
      throw new Failure(
        "input",
        `${title} is not promoted. It goes on in the engines: \`ego projections promote ${word(name)}\` when it has caught up.`,
      );
  }
  const done = await control.promote(to, table as never);
  const text = done
    ? `${title} is live now, and the one before is kept: \`ego projections rollback\` makes that live again.`
    : `${title} is live already.`;
  host.out(json ? jsonText({ format: 1, place, name, version, promoted: done }) : text);
  return exitCode.ok;

  async function behind(): Promise<string> {
    return `${counted(await pending(), "event")} behind`;
  }
}
