import type { Report } from "../diagnostics/diagnostic.ts";
import { lastPart, nearest } from "../diagnostics/nearest.ts";
import { currentEvents, type Domain, type Event, entityOf, newestOf } from "../model/domain.ts";
import type { EntityReference, ReadModel, Source } from "../model/read-model.ts";
import type { Reference } from "../model/reference.ts";
import type { Position } from "../options/position.ts";

/** EGO043, EGO050, EGO053 and EGO054, and what EGO015 and EGO092 say of read models. */
export function checkReadModels(domain: Domain, report: Report): void {
  for (const readModel of domain.readModels) {
    if (!readModel.generate) continue;
    checkKey(readModel, report);
    for (const event of readModel.events) checkEvent(domain, readModel, event, report);
    for (const entity of readModel.entities) checkEntity(domain, readModel, entity, report);
    checkContent(readModel, report);
    checkTwice(readModel, report);
    checkMethods(readModel, report);
  }
}

function checkKey({ ids, desc, mark }: ReadModel, report: Report): void {
  if (ids.length > 0) return;
  report.error(
    "EGO043",
    mark.at,
    `${desc.name} has no id, and the table of a read model needs a primary key. Mark the fields of its key: [(ego.v1.field).id = true].`,
  );
}

function checkEvent(domain: Domain, { desc }: ReadModel, event: Reference<Event>, report: Report): void {
  const { name, at, message, target } = event;
  if (!message) {
    const near = nearest(
      lastPart(name),
      domain.entities.flatMap(currentEvents).map((known) => known.desc.name),
    );
    const advice = near
      ? `Did you mean "${near}"?`
      : "Write the name of an event; if that is in another file, give both (strategy: all).";
    report.error("EGO050", at, `"${name}", which ${desc.name} consumes, is not known. ${advice}`);
    return;
  }
  const state = domain.states.find((known) => known.desc === message.desc);
  if (state?.entity) {
    report.error(
      "EGO050",
      at,
      `${message.desc.name}, which ${desc.name} consumes, is the state of "${state.entity.value}". Write entities: ["${state.entity.value}"] instead.`,
    );
  } else if (!target) {
    const is = message.mark ? `marked as ${message.mark.role}` : "not marked";
    report.error(
      "EGO050",
      at,
      `${message.desc.name}, which ${desc.name} consumes, is ${is}. Mark it as event, or name an event.`,
    );
  } else {
    const entity = entityOf(domain, target);
    const newest = entity && newestOf(entity, target);
    if (!newest || newest === target) return;
    report.error(
      "EGO050",
      at,
      `${target.desc.name}, which ${desc.name} consumes, is old: it is read as ${newest.desc.name}. Name ${newest.desc.name} instead.`,
    );
  }
}

function checkEntity(
  domain: Domain,
  { desc }: ReadModel,
  { value, at, target }: EntityReference,
  report: Report,
): void {
  if (!target) {
    const near = nearest(
      value,
      domain.entities.map(({ name }) => name),
    );
    const advice = near
      ? `Did you mean "${near}"?`
      : "Write the name of an entity; if its state is in another file, give both (strategy: all).";
    report.error("EGO050", at, `The entity "${value}", which ${desc.name} consumes, is not known. ${advice}`);
  } else if (!target.generate) {
    // What is imported may be a part of it: an event that nobody knows here would be lost.
    report.error(
      "EGO092",
      at,
      `${desc.name} consumes all events of "${value}", and the file of its state is not given: ${target.state.desc.file.proto.name}. Set "strategy: all" for protoc-gen-ego, and generate the files together; or name the events.`,
    );
  }
}

function checkContent({ desc, mark, events, entities, sources }: ReadModel, report: Report): void {
  const advice = 'Name what it is made of: entities: ["..."], or events: ["..."].';
  if (events.length + entities.length === 0) {
    report.error("EGO053", mark.at, `${desc.name} consumes nothing, so that it would stay empty. ${advice}`);
  } else if (events.length + sources.length === 0 && entities.every(({ target }) => target)) {
    const names = entities.map(({ value }) => `"${value}"`).join(" and ");
    report.error("EGO053", mark.at, `${desc.name} consumes nothing, since ${names} has no event. ${advice}`);
  }
}

function checkTwice({ desc, events, entities, sources }: ReadModel, report: Report): void {
  const named = new Map<Source["message"], Position>();
  for (const { target, at } of events) {
    if (!target) continue;
    const first = named.get(target);
    if (!first) {
      named.set(target, at);
      continue;
    }
    report.error("EGO054", at, `${desc.name} consumes ${target.desc.name} twice. Remove one of them.`);
  }
  const whole = new Set<string>();
  for (const { value, at } of entities) {
    if (whole.has(value)) {
      report.error("EGO054", at, `${desc.name} consumes the entity "${value}" twice. Remove one of them.`);
    }
    whole.add(value);
  }
  const distinct = new Map(sources.map(({ message, entity }) => [message, entity]));
  for (const [message, entity] of distinct) {
    const at = named.get(message);
    if (!at || !whole.has(entity.name)) continue;
    report.error(
      "EGO054",
      at,
      `${desc.name} consumes ${message.desc.name} twice: here, and with all events of "${entity.name}". Remove one of them.`,
    );
  }
}

function checkMethods({ desc, sources }: ReadModel, report: Report): void {
  const first = new Map<string, Source>();
  for (const source of sources) {
    const { message, entity, at } = source;
    const other = first.get(message.method);
    if (!other) first.set(message.method, source);
    // Two of one entity are complained about there.
    if (!other || other.message === message || other.entity === entity) continue;
    report.error(
      "EGO015",
      at,
      `${desc.name} consumes ${message.desc.typeName} and ${other.message.desc.typeName}, which would both be "${message.method}" in generated code. Rename one of them, or make two read models.`,
    );
  }
}
