import { printableName } from "../terminal/printable.ts";
import { word } from "./event-text.ts";
import type { AuditReport, UnknownType, Violation } from "./tools.ts";

/**
 * What an audit found, for people.
 *
 * @param places the first violations
 */
export function auditText(place: string, report: AuditReport, places: readonly Violation[]): string {
  const { shards, events, entities, violations, unknownTypes } = report;
  const more = violations - places.length;
  return [
    `${printableName(place)}: ${counted(events, "event")} of ${counted(entities, "entity", "entities")} in ${counted(shards, "shard")}`,
    ...places.map(({ text }) => `  ${printableName(text)}`),
    ...(more > 0 ? [`  … and ${more.toLocaleString("en")} more`] : []),
    ...(unknownTypes ?? []).map(unknownText),
    ...(unknownTypes ? [] : ["Types of events are not looked at: ego.config.ts says which there are."]),
    violations === 0 ? "The journal is sound." : `The journal is not sound: ${counted(violations, "violation")}.`,
  ].join("\n");
}

/** The same for programs: one line of JSON, whose members stay. */
export function auditJson(place: string, report: AuditReport, places: readonly Violation[]): object {
  const { shards, events, entities, violations, unknownTypes } = report;
  return {
    format: 1,
    place,
    sound: violations === 0,
    shards,
    events,
    entities,
    violations,
    places: places.map(({ kind, text, details }) => ({ kind, text, ...details })),
    unknownTypes: unknownTypes ?? null,
  };
}

function unknownText({ entity, type, events, shard, position }: UnknownType): string {
  return `warning: the application does not know ${word(type)} of ${word(entity)}: ${counted(events, "event")}, the first at position ${position} of shard ${shard}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
