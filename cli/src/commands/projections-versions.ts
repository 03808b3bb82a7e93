import { Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import { leftoverTables } from "../projections/leftover-tables.ts";
import { type ProjectionsOptions, versionsOf, withProjections } from "../projections/open-projections.ts";
import { promoted } from "../projections/promoting.ts";
import { counted } from "../projections/state-text.ts";
import { lookUntil } from "../projections/waiting.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { quoted } from "../terminal/quoted.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

const tableNeeded = "nobody says which table it has";

/**
 * `ego projections promote`, and `rollback`: makes the version that was built the live one, or that which was live before.
 *
 * @throws Failure if there is none, if its table is not known, or if it does not catch up
 */
export function projectionsPromote(
  host: Host,
  name: string,
  which: "newer" | "older",
  options: ProjectionsOptions,
): Promise<number> {
  return withProjections(host, options, "write", async (projections) => {
    const versions = await versionsOf(projections, name);
    const live = versions.find(({ record }) => record.role === "live")?.record.version ?? 0;
    const found = versions.findLast(({ record }) =>
      which === "newer" ? record.version > live : record.version < live,
    );
    if (found === undefined) {
      const why =
        which === "newer"
          ? `is being built: \`ego projections rebuild ${word(name)} --blue-green\` begins one`
          : "is kept from before a promotion";
      throw new Failure("input", `No version of ${word(name)} ${why}.`);
    }
    const { table } = projections.app.declared(name, tableNeeded);
    return promoted(projections, async () => found.record, table, options.json === true);
  });
}

/** What `ego projections discard` is told. */
interface DiscardOptions extends ProjectionsOptions {
  /** Whether not to ask. */
  readonly yes?: boolean;
}

/**
 * `ego projections discard`: removes the versions beside the live one, with their tables.
 *
 * @throws Failure if there is none, if their tables are not known, or if nobody says that they are to go
 */
export function projectionsDiscard(host: Host, name: string, options: DiscardOptions): Promise<void> {
  return withProjections(host, options, "write", async (projections) => {
    const { control, app, place } = projections;
    const versions = await versionsOf(projections, name);
    const beside = versions.filter(({ record }) => record.role !== "live");
    if (beside.length === 0) throw new Failure("input", `${word(name)} has no version beside the live one.`);
    const otherwise = `If no program has it any more: \`ego projections remove ${quoted(name)}\`. ${leftoverTables(name, versions, app)}`;
    const { table } = app.declared(name, tableNeeded, otherwise.trimEnd());
    const which = beside.map(({ record: { version, role } }) => `version ${version} (${role})`).join(" and ");
    await confirm(host, `Remove ${which} of ${word(name)}, with the table?`, options.yes === true);
    const removed: number[] = [];
    for (const { record } of beside) {
      // Whoever runs it stops first; one that hangs finds no offsets.
      await control.pause(record);
      const label = `Waiting until no engine runs version ${record.version} of ${word(name)}`;
      await untilStopped((stop) => lookUntil(projections, record, label, stop, ({ version }) => !version?.held.length));
      await control.remove(record, table as never);
      removed.push(record.version);
    }
    const text = `${counted(removed.length, "version")} of ${word(name)} removed: ${removed.join(", ")}`;
    host.out(options.json ? jsonText({ format: 1, place, name, removed }) : text);
  });
}
