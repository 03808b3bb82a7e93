import { type Entity, type Event, newestOf, storedName } from "@ego/protoc-gen-ego/model";
import { type Change, found, list, quoted, type Rule } from "./change.ts";
import { keptJournals } from "./kept.ts";

/** All names under which events of an entity may be stored, and the event that each is read as. */
export function readable({ events }: Entity): ReadonlyMap<string, Event> {
  return new Map(events.flatMap((event) => namesOf(event).map((name) => [name, event])));
}

/** The name under which an event is stored, and those under which it was. */
export function namesOf(event: Event): readonly string[] {
  return [storedName(event), ...aliasesOf(event)];
}

function aliasesOf({ mark }: Event): readonly string[] {
  return mark.aliases.map(({ value }) => value);
}

/** An event is stored under a name that its entity does not know any more. */
export const eventsAreReadable: Rule = (change) =>
  keptJournals(change).flatMap(({ was, is }) => {
    const known = readable(is);
    return was.events.filter((event) => !known.has(storedName(event))).map((event) => gone(change, was, is, event));
  });

/** A name under which events were stored long ago is not known any more. */
export const aliasesAreReadable: Rule = (change) =>
  keptJournals(change).flatMap(({ was, is }) => {
    const known = readable(is);
    return was.events.flatMap((event) => {
      const now = known.get(storedName(event));
      if (now === undefined) return [];
      return event.mark.aliases
        .filter(({ value }) => !known.has(value))
        .map((alias) =>
          found(change, {
            code: "EGO213",
            severity: "error",
            at: [now.at],
            text: `${now.desc.name} has lost the alias ${quoted(alias.value)}: what ${is.name} has stored under that name cannot be read any more.`,
            help: `Put it back: \`aliases: ${list([...aliasesOf(now), alias.value])}\`. What is stored is never renamed, so an alias stays for good.`,
            was: alias.at,
          }),
        );
    });
  });

function gone(change: Change, was: Entity, is: Entity, event: Event) {
  const name = storedName(event);
  const { domain } = change.now;
  const unreadable = `what ${is.name} has stored as ${quoted(name)} cannot be read any more`;
  const said = { severity: "error", was: event.at } as const;
  const elsewhere = domain.events.find((other) => other.entity?.value !== is.name && namesOf(other).includes(name));
  if (elsewhere) {
    const owner = elsewhere.entity?.value;
    return found(change, {
      ...said,
      code: "EGO214",
      at: [elsewhere.at],
      text: `${elsewhere.desc.name} moved from ${was.name} to ${owner === undefined ? "no entity" : owner}: ${unreadable}.`,
      help: `Events stay where they were stored. Leave this one with ${was.name}, \`entity: ${quoted(was.name)}\`, and add a new one for the other entity.`,
    });
  }
  const successor = is.events.find(({ desc }) => desc.typeName === event.desc.typeName) ?? renamed(was, is, event);
  if (successor) {
    const same = successor.desc.typeName === event.desc.typeName;
    const text = same
      ? `${event.desc.name} is stored as ${quoted(storedName(successor))} now, and was as ${quoted(name)}`
      : `${told(event, successor)} is gone, and ${told(successor, event)} looks as if it were the same`;
    const or = same && successor.mark.type ? `, or take the former type back: \`type: ${quoted(name)}\`` : "";
    return found(change, {
      ...said,
      code: "EGO212",
      at: [successor.mark.type?.at, successor.at],
      text: `${text}: ${unreadable}.`,
      help: `Name what it was called before: \`aliases: ${list([...aliasesOf(successor), ...namesOf(event)])}\`${or}.`,
    });
  }
  const message = domain.files
    .flatMap(({ messages }) => messages)
    .find(({ desc }) => desc.typeName === event.desc.typeName);
  const what = message ? `${event.desc.name} is no event of ${is.name} any more` : `${event.desc.name} is gone`;
  const bring = message
    ? `Mark it as one again, \`option (ego.v1.message).event = {};\``
    : "Bring the message back, with its applier";
  return found(change, {
    ...said,
    code: "EGO211",
    at: [message?.at, is.state.at],
    text: `${what}: ${unreadable}.`,
    help: `${bring}, and take it out of every \`emits\`: an event is retired, never removed. If it has another name now, that event needs \`aliases: ${list(namesOf(event))}\`.`,
  });
}

/** The name of an event, with its package if another has the same without. */
function told({ desc }: Event, other: Event): string {
  return desc.name === other.desc.name ? desc.typeName : desc.name;
}

/** The only new event that has the same fields. */
function renamed(was: Entity, is: Entity, event: Event): Event | undefined {
  const before = readable(was);
  const [only, ...more] = is.events.filter(
    (candidate) => !before.has(storedName(candidate)) && sameFields(candidate, event),
  );
  return more.length === 0 ? only : undefined;
}

function sameFields(a: Event, b: Event): boolean {
  const text = ({ desc }: Event) =>
    desc.fields
      .map(({ number, name }) => `${number} ${name}`)
      .toSorted()
      .join();
  return text(a) === text(b);
}

/** An old event is not made into a newer one any more. */
export const upcastsAreKept: Rule = (change) =>
  keptJournals(change).flatMap(({ was, is }) => {
    const known = readable(is);
    return was.replacements.flatMap(({ old }) => {
      const now = known.get(storedName(old));
      if (now === undefined || newestOf(is, now) !== now) return [];
      const newest = newestOf(was, old);
      const target = known.get(storedName(newest));
      // The one that it became has become it: then there is nothing to make of it.
      if (target === now) return [];
      const by = target ?? now;
      return [
        found(change, {
          code: "EGO215",
          severity: "error",
          at: [by.at],
          text: `${now.desc.name} was made into ${newest.desc.name} when it was read, and is not any more: stored ones reach appliers and projections in the old shape.`,
          help: `Say again what replaced it: \`upcasts: ${quoted(now.desc.name)}\` in the event of ${is.name} that does. What is stored is never rewritten, so an upcast stays for good.`,
          was: old.at,
        }),
      ];
    });
  });

/** Two events have changed names: what is stored as one is read as the other. */
export const eventsKeepTheirNames: Rule = (change) =>
  keptJournals(change).flatMap(({ was, is }) => {
    const known = readable(is);
    return was.events.flatMap((event) => {
      const name = storedName(event);
      const now = known.get(name);
      const same = is.events.find(({ desc }) => desc.typeName === event.desc.typeName);
      const former = was.events.find(({ desc }) => desc.typeName === now?.desc.typeName);
      if (now === undefined || same === undefined || same === now || former === undefined) return [];
      if (namesOf(former).includes(name)) return [];
      return [
        found(change, {
          code: "EGO216",
          severity: "error",
          at: [now.mark.type?.at, now.at],
          text: `${now.desc.name} takes the stored name ${quoted(name)} of ${event.desc.name}: what ${is.name} has stored of the one is read as the other.`,
          help: `Give the name back to ${event.desc.name}: \`type: ${quoted(name)}\` there, and ${storedName(former) === now.desc.typeName ? "no `type`" : `\`type: ${quoted(storedName(former))}\``} here.`,
          was: event.at,
        }),
      ];
    });
  });

/** The applier of an event is not derived any more: existing entities may get another state. */
export const appliersAreKept: Rule = (change) =>
  keptJournals(change).flatMap(({ was, is }) => {
    const known = readable(is);
    return was.events.flatMap((event) => {
      const now = known.get(storedName(event));
      if (!event.mark.derived || !now || now.mark.derived || newestOf(is, now) !== now) return [];
      return [
        found(change, {
          code: "EGO217",
          severity: "note",
          at: [now.at],
          text: `${now.desc.name} is not derived any more: its stored events go through the applier that you write.`,
          help: "An applier that does something else changes the state of existing entities. If snapshots are taken, count `stateVersion` up.",
          was: event.mark.derived,
        }),
      ];
    });
  });
