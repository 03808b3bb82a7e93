import { modulePaths } from "../project/buf-messages.ts";
import { loadDomain } from "../project/domain.ts";
import type { Project } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";
import type { Protos } from "./protos.ts";

/**
 * Reads the protos of a project: those to add to.
 *
 * @throws Failure if they do not compile
 */
export async function readProtos(host: Host, project: Project): Promise<Protos> {
  return {
    project,
    cwd: host.cwd,
    modules: modulePaths(project),
    domain: await loadDomain(host, project),
    placeOf: protoPlaces(project),
  };
}
