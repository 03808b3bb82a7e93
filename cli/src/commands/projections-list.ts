import { timeText } from "../journal/event-text.ts";
import { type ProjectionsOptions, versionsOf, withProjections } from "../projections/open-projections.ts";
import { tableText, versionLines } from "../projections/state-text.ts";
import { isoOf, stateJson, stateOf } from "../projections/version-state.ts";
import type { Host } from "../terminal/host.ts";
import { jsonText } from "../terminal/json-text.ts";
import { printableName } from "../terminal/printable.ts";

/**
 * `ego projections list`: prints how all projections are. Changes nothing.
 *
 * @throws Failure if they cannot be read
 */
export function projectionsList(host: Host, options: ProjectionsOptions): Promise<void> {
  return withProjections(host, options, "read", async (projections) => {
    const { control, place } = projections;
    const { versions, nodes } = await control.look();
    const states = [];
    for (const seen of versions) states.push(await stateOf(projections, seen));
    if (options.json) {
      host.out(jsonText({ format: 1, place, nodes, projections: states.map(stateJson) }));
    } else if (states.length === 0) host.out(`There are no projections in ${printableName(place)}.`);
    else for (const line of tableText(states, Date.now())) host.out(line);
  });
}

/**
 * `ego projections status`: prints all about one projection. Changes nothing.
 *
 * @throws Failure if there is none of that name, or it cannot be read
 */
export function projectionsStatus(host: Host, name: string, options: ProjectionsOptions): Promise<void> {
  return withProjections(host, options, "read", async (projections) => {
    const { control, place } = projections;
    const versions: object[] = [];
    for (const seen of await versionsOf(projections, name)) {
      const state = await stateOf(projections, seen);
      const behind = await control.shardsBehind(seen.record);
      if (options.json) {
        const leases = seen.held.map(({ part, owner, expiresAt }) => ({
          part,
          node: owner,
          until: timeText(expiresAt),
        }));
        const shards = behind.map(({ oldest, ...shard }) => ({ ...shard, oldest: isoOf(oldest) }));
        versions.push({ ...stateJson(state), leases, shardsBehind: shards });
      } else for (const line of versionLines(state, behind, Date.now())) host.out(line);
    }
    if (options.json) host.out(jsonText({ format: 1, place, versions }));
  });
}
