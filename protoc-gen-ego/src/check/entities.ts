import type { DescMessage } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { place } from "../diagnostics/render.ts";
import type { Command, Domain, Entity, Event, State } from "../model/domain.ts";
import { isEntityName } from "../naming.ts";
import { badName } from "./processor-names.ts";

/** EGO001 to EGO007, and EGO092: what holds an entity together. */
export function checkEntities(domain: Domain, report: Report): void {
  checkNamed(domain, report);
  for (const entity of domain.entities) {
    checkGivenFiles(entity, report);
    if (!entity.generate) continue;
    checkOneState(domain, entity, report);
    checkContent(entity, report);
  }
}

function checkNamed(domain: Domain, report: Report): void {
  const known = new Set(domain.entities.map(({ name }) => name));
  const homeless = new Map<DescMessage, State | Command | Event>();
  for (const message of [...domain.states, ...domain.commands, ...domain.events]) {
    if (!message.generate) continue;
    const { entity } = message;
    if (!entity) {
      homeless.set(message.desc, message);
    } else if (!isEntityName(entity.value)) {
      report.error("EGO004", entity.at, badName(entity.value, "an entity"));
    } else if (!known.has(entity.value)) {
      const near = nearest(entity.value, known);
      const advice = near
        ? `Did you mean "${near}"?`
        : "Mark the message that is its state; if that is in another file, give all files of the entity (strategy: all).";
      report.error("EGO001", entity.at, `The entity "${entity.value}" has no state. ${advice}`);
    }
  }
  for (const { messages } of domain.files) {
    reportHomeless(
      messages.flatMap((message) => homeless.get(message.desc) ?? []),
      report,
    );
  }
}

/** Most often it is the option of the file that was forgotten: one line for all of its messages. */
function reportHomeless([first, ...others]: readonly (State | Command | Event)[], report: Report): void {
  if (!first) return;
  const { role, at } = first.mark;
  const more = others.length === 1 ? "1 more message" : `${others.length} more messages`;
  const belong = others.length === 0 ? "belongs" : `and ${more} of this file belong`;
  report.error(
    "EGO003",
    at,
    `It is not said which entity the ${role} ${first.desc.name} ${belong} to. Add option (ego.v1.file).entity = "..."; to the file, or entity: "..." to the option.`,
  );
}

function checkOneState(domain: Domain, entity: Entity, report: Report): void {
  for (const state of domain.states) {
    if (state === entity.state || state.entity?.value !== entity.name) continue;
    report.error(
      "EGO002",
      state.mark.at,
      `${state.desc.name} is a second state of the entity "${entity.name}"; ${entity.state.desc.name} at ${place(entity.state.mark.at)} is the first. Give one of them another entity.`,
    );
  }
}

function checkContent(entity: Entity, report: Report): void {
  const { name, state, commands, events, durable } = entity;
  if (durable) {
    for (const event of events) {
      report.error(
        "EGO006",
        event.mark.at,
        `${event.desc.name} is an event of "${name}", whose state is durable and has no events. Remove the event, or make the state event sourced.`,
      );
    }
  }
  if (!durable && state.mark.table) {
    report.error(
      "EGO007",
      state.mark.table.at,
      `${state.desc.name} is event sourced: it has no table. Add persistence: PERSISTENCE_DURABLE, or remove the table.`,
    );
  }
  if (commands.length === 0) {
    report.warning(
      "EGO005",
      state.mark.at,
      `The entity "${name}" has no command: nothing can be asked of it. Mark the messages that are its commands.`,
    );
  } else if (!durable && events.length === 0) {
    report.warning(
      "EGO005",
      state.mark.at,
      `The entity "${name}" is event sourced and has no event: it can never change. Mark the messages that are its events.`,
    );
  }
}

function checkGivenFiles(entity: Entity, report: Report): void {
  const parts = [entity.state, ...entity.commands, ...entity.events];
  const given = parts.find(({ generate }) => generate);
  const missing = parts.find(({ generate }) => !generate);
  if (!given || !missing) return;
  report.error(
    "EGO092",
    given.mark.at,
    `The entity "${entity.name}" is spread over files that were not all given: ${fileOf(missing)} is missing. Set "strategy: all" for protoc-gen-ego, and generate all files of the entity together.`,
  );
}

function fileOf({ desc }: Pick<State, "desc">): string {
  return desc.file.proto.name;
}
