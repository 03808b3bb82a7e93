import { Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import { leftoverTables } from "../projections/leftover-tables.ts";
import { type ProjectionsOptions, versionsOf, withProjections } from "../projections/open-projections.ts";
import { lookUntil } from "../projections/waiting.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Options of `ego projections add`. */
export interface AddOptions extends ProjectionsOptions {
  /** In place of what its tuning says. */
  readonly from?: "start" | "now";
}

/** Options of `ego projections remove`. */
export interface RemoveOptions extends ProjectionsOptions {
  /** Drops its tables too. */
  readonly drop?: boolean;
  /** Does not ask. */
  readonly yes?: boolean;
}

/**
 * `ego projections add`: adds a projection of the application before an engine does, with its offsets and its table.
 *
 * @throws Failure if the application does not have it, or if it is there
 */
export function projectionsAdd(host: Host, name: string, options: AddOptions): Promise<void> {
  return withProjections(host, options, "write", async ({ control, app, place }) => {
    const declared = app.declared(name, "nobody says what it is");
    const { from = declared.life.from } = options;
    await control.add(declared as never, from);
    const where = from === "start" ? "the start of the journal" : "what is stored from now on";
    const text = `${word(name)} is added, from ${where}: engines that have it run it when they are started.`;
    host.out(options.json ? jsonText({ format: 1, place, name, from }) : text);
  });
}

/**
 * `ego projections remove`: removes all versions of a projection, with their offsets and dead letters.
 *
 * @throws Failure if there is none of that name, or if it is to be done otherwise
 */
export function projectionsRemove(host: Host, name: string, options: RemoveOptions): Promise<void> {
  return withProjections(host, options, "write", async (projections) => {
    const { control, app, place } = projections;
    const versions = await versionsOf(projections, name);
    const drop = options.drop === true;
    const isKnown = app.has(name);
    const leftover = isKnown ? "" : leftoverTables(name, versions, app);
    // Where nobody knows their tables, they cannot be dropped before either.
    if (!drop && isKnown && versions.some(({ record }) => record.role !== "live")) {
      throw new Failure(
        "input",
        `${word(name)} has versions beside the live one, whose tables would stay for nobody: \`ego projections discard\` first, or \`--drop\`.`,
      );
    }
    const otherwise = `If no program has it any more: the same without \`--drop\`. ${leftover}`.trimEnd();
    const table = drop ? app.declared(name, "nobody says which table is to be dropped", otherwise).table : undefined;
    const what = table ? "its offsets, dead letters, and its table with all rows" : "its offsets and dead letters";
    await confirm(host, `Remove ${word(name)}: ${what}?`, options.yes === true);
    // The live one last: while there are others, nobody takes the projection for a new one.
    const order = versions.toSorted((a, b) => Number(a.record.role === "live") - Number(b.record.role === "live"));
    for (const { record } of order) {
      await control.pause(record);
      const label = `Waiting until no engine runs ${word(name)}`;
      await untilStopped((stop) => lookUntil(projections, record, label, stop, ({ version }) => !version?.held.length));
      await control.remove(record, table as never);
    }
    const rows = table || drop ? "" : " Rows that it wrote stay.";
    const anew = " An engine that still has it would begin anew when it is started.";
    const text = `${word(name)} is removed.${rows}${anew}${leftover === "" ? "" : `\n${leftover}`}`;
    host.out(options.json ? jsonText({ format: 1, place, name, dropped: table !== undefined }) : text);
  });
}
