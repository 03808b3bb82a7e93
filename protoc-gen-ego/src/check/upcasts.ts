import type { Report } from "../diagnostics/diagnostic.ts";
import { lastPart, nearest } from "../diagnostics/nearest.ts";
import { place } from "../diagnostics/render.ts";
import type { Domain, Event, Upcast } from "../model/domain.ts";

/** An `upcasts` that leads to an event. */
type Leading = Upcast & { readonly target: Event };

/** Old events, and what makes them old. */
type Replaced = ReadonlyMap<Event, Leading>;

/** EGO021: the events that replace older ones. */
export function checkUpcasts(domain: Domain, report: Report): void {
  const leading = domain.upcasts.filter((upcast): upcast is Leading => checkReference(domain, upcast, report));
  const replaced = new Map<Event, Leading>();
  for (const upcast of leading) {
    const { target, by, at } = upcast;
    const other = replaced.get(target);
    if (!other) {
      replaced.set(target, upcast);
      continue;
    }
    report.error(
      "EGO021",
      at,
      `${by.desc.name} and ${other.by.desc.name} at ${place(other.at)} both upcast ${target.desc.name}, which becomes one event when it is read. Let one of them upcast the other.`,
    );
  }
  if (checkCircles(replaced, report)) checkEmits(domain, replaced, report);
}

/** Whether an `upcasts` leads to an event of the same entity. */
function checkReference(domain: Domain, upcast: Upcast, report: Report): upcast is Leading {
  const { by, name, at, message, target } = upcast;
  if (!by.generate) return target !== undefined;
  const own = by.entity?.value;
  if (!message) {
    const siblings = domain.events.filter(({ entity, desc }) => entity?.value === own && desc !== by.desc);
    const near = nearest(
      lastPart(name),
      siblings.map(({ desc }) => desc.name),
    );
    const advice = near ? `Did you mean "${near}"?` : "Write the name of an event.";
    report.error("EGO021", at, `"${name}", which ${by.desc.name} upcasts, is not known. ${advice}`);
    return false;
  }
  if (!target) {
    const is = message.mark ? `marked as ${message.mark.role}` : "not marked";
    report.error(
      "EGO021",
      at,
      `${message.desc.name}, which ${by.desc.name} upcasts, is ${is}. Mark it as event, or name an event.`,
    );
    return false;
  }
  const other = target.entity?.value;
  if (own === undefined || other === undefined || own === other) return true;
  report.error(
    "EGO021",
    at,
    `${target.desc.name} is an event of "${other}", and ${by.desc.name} one of "${own}". An event upcasts one of its own entity only.`,
  );
  return false;
}

/** A circle has no newest event, which could be applied. Whether there is none. */
function checkCircles(replaced: Replaced, report: Report): boolean {
  let none = true;
  const seen = new Set<Event>();
  for (const start of replaced.keys()) {
    const path: Event[] = [];
    let event: Event | undefined = start;
    while (event && !seen.has(event)) {
      seen.add(event);
      path.push(event);
      event = replaced.get(event)?.by;
    }
    if (!event || !path.includes(event)) continue;
    none = false;
    const circle = path.slice(path.indexOf(event));
    const [newest, ...older] = circle.map(({ desc }) => desc.name).reverse();
    const what =
      older.length === 0
        ? `${newest} upcasts itself`
        : `${newest} upcasts ${older.join(", which upcasts ")}, which upcasts ${newest} again`;
    // `upcasts` is written at the event behind the one that it names.
    const at = replaced.get(circle.at(-2) ?? event)?.at;
    report.error("EGO021", at, `${what}. The oldest event upcasts none: remove its upcasts.`);
  }
  return none;
}

function checkEmits(domain: Domain, replaced: Replaced, report: Report): void {
  for (const command of domain.commands) {
    if (!command.generate) continue;
    for (const { target, at } of command.emits) {
      const upcast = target && replaced.get(target);
      if (!upcast) continue;
      const { by, at: upcastAt } = upcast;
      report.error(
        "EGO021",
        at,
        `${command.desc.name} emits ${target.desc.name}, which ${by.desc.name} at ${place(upcastAt)} upcasts: it is old, and only read. Emit ${newest(by, replaced).desc.name} instead.`,
      );
    }
  }
}

function newest(event: Event, replaced: Replaced): Event {
  const upcast = replaced.get(event);
  return upcast ? newest(upcast.by, replaced) : event;
}
