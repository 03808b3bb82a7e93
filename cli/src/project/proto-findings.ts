import { type Domain, diagnose } from "@ego/protoc-gen-ego/model";
import type { Finding } from "./finding.ts";
import type { Project } from "./project.ts";
import { protoPlaces } from "./proto-places.ts";

/** Why `ego generate` would refuse the protos of a project, which compile. */
export function protoErrors(project: Project, domain: Domain): readonly Finding[] {
  const placeOf = protoPlaces(project);
  return diagnose(domain).flatMap(({ code, severity, at, text }) => {
    if (severity !== "error") return [];
    const place = at && placeOf(at);
    return [{ code: code as Finding["code"], severity, text, ...(place ? { at: place } : {}) }];
  });
}
