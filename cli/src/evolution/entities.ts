import { type DescField, type Entity, idOf, ScalarType } from "@ego/protoc-gen-ego/model";
import { type Change, found, quoted, type Rule, topOf } from "./change.ts";
import { keptEntities } from "./kept.ts";
import { namesOf } from "./stored-events.ts";

/** An entity that is not there any more, or has another name. */
export const entitiesAreKept: Rule = (change) => {
  const { before, now } = change;
  const names = new Set(now.domain.entities.map(({ name }) => name));
  return before.domain.entities
    .filter(({ name }) => !names.has(name))
    .map((was) => {
      const { state, name } = was;
      const is = renamed(change, was);
      const stored = was.durable ? "states" : "events";
      if (is) {
        const owner = is.state.entity;
        return found(change, {
          code: "EGO222",
          severity: "error",
          at: [owner?.at, is.state.at],
          text: `The entity ${name} is called ${is.name} now: its ${stored} are stored under the name ${quoted(name)}, and it would look as if it had never been.`,
          help: `Take the name back, \`entity: ${quoted(name)}\`: it is not seen outside of the store. The messages may have other names.`,
          was: state.entity?.at ?? state.at,
        });
      }
      const message = now.domain.files
        .flatMap(({ messages }) => messages)
        .find(({ desc }) => desc.typeName === state.desc.typeName);
      return found(change, {
        code: "EGO221",
        severity: "error",
        at: [message?.at, topOf(state.at)],
        text: `The entity ${name} is gone: nothing reads its ${stored} any more.`,
        help: `Bring back its state${was.durable ? "" : " and its events"}, and leave out the commands: then it is read, and nothing is added.`,
        was: state.at,
      });
    });
};

/** A new entity that has the state of one that is gone, or reads what it stored. */
function renamed({ before, now }: Change, was: Entity): Entity | undefined {
  const old = new Set(before.domain.entities.map(({ name }) => name));
  const stored = new Set(was.events.flatMap(namesOf));
  return now.domain.entities.find(
    ({ name, state, events }) =>
      !old.has(name) &&
      (state.desc.typeName === was.state.desc.typeName || events.flatMap(namesOf).some((one) => stored.has(one))),
  );
}

/** An entity is stored by events and was by states, or the other way round. */
export const persistenceIsKept: Rule = (change) =>
  keptEntities(change).flatMap(({ was, is }) => {
    if (was.durable === is.durable) return [];
    const [then, now] = was.durable ? ["its states", "events"] : ["its events", "states"];
    return [
      found(change, {
        code: "EGO223",
        severity: "error",
        at: [is.state.mark.at, is.state.at],
        text: `The entity ${is.name} stores ${now} now, and ${then} are what is stored: it would look as if it had never been.`,
        help: `Take the persistence back, \`persistence: ${was.durable ? "PERSISTENCE_DURABLE" : "PERSISTENCE_EVENT_SOURCED"}\`, or make a new entity and move what is stored by a program of yours.`,
        was: was.state.mark.at,
      }),
    ];
  });

/** The ids that were stored are not those of the entity any more. */
export const idsAreKept: Rule = (change) =>
  keptEntities(change).flatMap(({ was, is }) => {
    const [old, id] = [idOf(was.state), idOf(is.state)];
    if (old === undefined) return [];
    const at = [is.state.ids[0]?.at, is.state.at];
    const place = was.state.ids[0]?.at;
    const said = { code: "EGO224", at, ...(place ? { was: place } : {}) } as const;
    if (id === undefined) {
      return [
        found(change, {
          ...said,
          severity: "warning",
          text: `The state of ${is.name} has no id any more: handlers and readers do not see it in the state.`,
          help: `Mark the field again: \`${old.name} = ${old.number} [(ego.v1.field).id = true]\`.`,
        }),
      ];
    }
    if (!isOtherField(id, old)) {
      if (!isRetyped(id, old)) return [];
      return [
        found(change, {
          ...said,
          severity: "error",
          text: `The id of ${is.name} was ${typeName(old)} and is ${typeName(id)}: what is stored under an id that is no ${typeName(id)} cannot be addressed any more.`,
          help: `Take the type back: \`${typeName(old)} ${id.name} = ${id.number}\`, here and in its commands and events.`,
        }),
      ];
    }
    return [
      found(change, {
        ...said,
        severity: "error",
        text: `The id of ${is.name} was ${old.name} and is ${id.name}: what is stored under the one is not found by the other.`,
        help: `Mark ${old.name} as the id again. To find an entity by something else as well, keep a read model of it.`,
      }),
    ];
  });

/** Whether an id is in another field than it was. One that was renamed, or has another number, is in the same. */
export function isOtherField(id: DescField, old: DescField): boolean {
  if (id.name === old.name) return false;
  return id.number !== old.number || id.parent.fields.some(({ name }) => name === old.name);
}

function isRetyped(id: DescField, old: DescField): boolean {
  return !isOtherField(id, old) && !takes(id, old);
}

/** The names of the id fields of before whose type is another one, by the names of their entities. */
export function retypedIds(change: Change): ReadonlyMap<string, string> {
  return new Map(
    keptEntities(change).flatMap(({ was, is }): [string, string][] => {
      const [old, id] = [idOf(was.state), idOf(is.state)];
      return old && id && isRetyped(id, old) ? [[was.name, old.name]] : [];
    }),
  );
}

/** The name of the type of an id. */
export function typeName({ scalar }: DescField): string {
  return scalar === undefined ? "" : ScalarType[scalar].toLowerCase();
}

/** Whether every id of one field is an id of another: ids are stored as text. */
export function takes(id: DescField, old: DescField): boolean {
  if (id.scalar === old.scalar || id.scalar === ScalarType.STRING) return true;
  const [low, high] = range(id);
  const [least, most] = range(old);
  return old.scalar !== ScalarType.STRING && low <= least && most <= high;
}

function range({ scalar }: DescField): readonly [bigint, bigint] {
  const name = scalar === undefined ? "" : ScalarType[scalar];
  const bits = name.endsWith("64") ? 64n : 32n;
  return /^(?:UINT|FIXED)/.test(name) ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
