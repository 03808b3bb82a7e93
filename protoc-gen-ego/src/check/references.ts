import type { Report } from "../diagnostics/diagnostic.ts";
import { lastPart, nearest } from "../diagnostics/nearest.ts";
import type { Command, Domain, Message } from "../model/domain.ts";
import type { Reference } from "../model/reference.ts";

/** EGO010 to EGO013: the names in `emits` and `rejects`. */
export function checkReferences(domain: Domain, report: Report): void {
  for (const command of domain.commands) {
    if (!command.generate) continue;
    checkList(command, "emits", "event", command.emits, () => eventsFor(command, domain), report);
    checkList(command, "rejects", "rejection", command.rejects, () => domain.rejections, report);
    for (const { target, at } of command.emits) {
      const own = command.entity?.value;
      const other = target?.entity?.value;
      if (!target || own === undefined || other === undefined || own === other) continue;
      report.error(
        "EGO012",
        at,
        `${target.desc.name} is an event of "${other}", and ${command.desc.name} a command of "${own}". A command emits events of its own entity only.`,
      );
    }
  }
}

/** What a command can have meant: the events of its entity, if there are some. */
function eventsFor(command: Command, { events }: Domain): readonly Message[] {
  const siblings = events.filter(({ entity }) => entity?.value === command.entity?.value);
  return siblings.length > 0 ? siblings : events;
}

function checkList(
  command: Command,
  list: "emits" | "rejects",
  role: "event" | "rejection",
  references: readonly Reference<Message>[],
  candidates: () => readonly Message[],
  report: Report,
): void {
  const article = role === "event" ? "an event" : "a rejection";
  const seen = new Set<string>();
  for (const { name, at, message, target } of references) {
    if (!message) {
      const near = nearest(
        lastPart(name),
        candidates().map(({ desc }) => desc.name),
      );
      const advice = near ? `Did you mean "${near}"?` : `Write the name of ${article}.`;
      report.error("EGO010", at, `"${name}", which ${command.desc.name} ${list}, is not known. ${advice}`);
    } else if (!target) {
      const is = message.mark ? `marked as ${message.mark.role}` : "not marked";
      report.error(
        "EGO011",
        at,
        `${message.desc.name}, which ${command.desc.name} ${list}, is ${is}. Mark it as ${role}, or name ${article}.`,
      );
    }
    const type = message?.desc.typeName;
    if (type === undefined) continue;
    if (seen.has(type)) {
      report.error("EGO013", at, `${command.desc.name} ${list} "${name}" twice. Remove one of them.`);
    }
    seen.add(type);
  }
}
