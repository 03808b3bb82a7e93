import type { Finding } from "../project/finding.ts";
import type { Project } from "../project/project.ts";
import type { Host } from "../terminal/host.ts";
import { breakageFindings, narrowedFields, renumberedFields, requiredFields } from "./bytes.ts";
import type { Change } from "./change.ts";
import { rules } from "./rules.ts";
import { breakagesOf } from "./wire.ts";
import { wirePairs } from "./wire-pairs.ts";
import { isUnchanged } from "./wire-same.ts";

/**
 * What a change of the protos does to what is stored: by the rules of event sourcing, and by buf's rules for the bytes of
 * messages. Runs buf, and none of the project's code.
 *
 * @throws Failure if buf cannot compare the messages
 */
export async function evolutionFindings(host: Host, project: Project, change: Change): Promise<readonly Finding[]> {
  const pairs = wirePairs(change);
  const breakages = await breakagesOf(host, project, pairs);
  const changed = pairs.filter((pair) => !isUnchanged(pair));
  return [
    ...rules.flatMap((rule) => rule(change)),
    ...narrowedFields(change, changed),
    ...renumberedFields(change, changed),
    ...requiredFields(change, changed),
    ...breakageFindings(change, breakages),
  ];
}
