import type { Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Domain } from "../model/domain.ts";
import type { Service, ServiceMethod } from "../model/service.ts";

/** EGO070 to EGO073: services that are the API of an entity. */
export function checkServices(domain: Domain, report: Report): void {
  for (const service of domain.services) {
    if (!service.generate) continue;
    checkEntity(domain, service, report);
    for (const method of service.methods) {
      checkStreaming(method, report);
      checkRequest(domain, service, method, report);
    }
  }
}

function checkEntity(domain: Domain, { desc, at, entity, target }: Service, report: Report): void {
  if (!entity) {
    report.error(
      "EGO070",
      at,
      `It is not said which entity the service ${desc.name} is the API of. Add option (ego.v1.service).entity = "..."; to the service, or option (ego.v1.file).entity to the file.`,
    );
  } else if (!target) {
    const near = nearest(
      entity.value,
      domain.entities.map(({ name }) => name),
    );
    const advice = near ? `Did you mean "${near}"?` : "Name an entity that has one.";
    report.error(
      "EGO070",
      entity.at,
      `The entity "${entity.value}", which the service ${desc.name} is the API of, has no state. ${advice}`,
    );
  }
}

function checkStreaming({ desc, at }: ServiceMethod, report: Report): void {
  if (desc.methodKind === "unary") return;
  report.error(
    "EGO072",
    at,
    `${desc.parent.name}.${desc.name} streams, and a command has one answer, as a query has. Remove stream, or move the method to a service without options.`,
  );
}

function checkRequest(domain: Domain, { target: entity }: Service, method: ServiceMethod, report: Report): void {
  const { desc, at, command, query } = method;
  const name = `${desc.parent.name}.${desc.name}`;
  const owner = command?.entity?.value;
  if (query) {
    if (!command) return;
    report.error(
      "EGO073",
      query,
      `${name} is a query, and takes ${desc.input.name}, which is a command. Remove query, or take a message that is none.`,
    );
  } else if (entity && owner !== entity.name && (!command || owner !== undefined)) {
    const is = owner === undefined ? `which is ${roleOf(domain, method)}` : `which is a command of "${owner}"`;
    const advice =
      owner === undefined
        ? `Mark ${desc.input.name} as command, or the method as query: option (ego.v1.method).query = true;`
        : "Take a command of that entity, or move the method to a service of the other.";
    report.error(
      "EGO071",
      at,
      `${name} takes ${desc.input.name}, ${is}, and the service is the API of "${entity.name}". ${advice}`,
    );
  }
}

function roleOf({ files }: Domain, { desc: { input } }: ServiceMethod): string {
  const mark = files.find(({ desc }) => desc === input.file)?.messages.find(({ desc }) => desc === input)?.mark;
  return mark ? `marked as ${mark.role}` : "not marked";
}
