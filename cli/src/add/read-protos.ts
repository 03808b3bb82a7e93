import { join } from "node:path";
import { readDomain } from "@ego/protoc-gen-ego/model";
import { modulePaths } from "../project/buf-messages.ts";
import { loadDomain } from "../project/domain.ts";
import type { Project } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import { protoFiles } from "../proto/proto-files.ts";
import type { Host } from "../terminal/host.ts";
import { ownModules, type Protos } from "./protos.ts";

/**
 * Reads the protos of a project.
 *
 * @throws Failure if they do not compile
 */
export async function readProtos(host: Host, project: Project): Promise<Protos> {
  const modules = modulePaths(project);
  // buf refuses a folder without protos: that is where a project begins.
  const begun = ownModules({ modules }).some((module) => !protoFiles(join(project.root, module)).next().done);
  return {
    project,
    cwd: host.cwd,
    modules,
    domain: begun ? await loadDomain(host, project) : readDomain(new Uint8Array(0)),
    placeOf: protoPlaces(project),
  };
}
