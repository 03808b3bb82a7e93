import type { Report } from "../diagnostics/diagnostic.ts";
import { currentEvents, type Domain } from "../model/domain.ts";

/** EGO020: an event that no command emits. EGO036: options on the fields of a message that has no role. */
export function checkMembers(domain: Domain, report: Report): void {
  const emitted = new Set(domain.commands.flatMap(({ emits }) => emits.map(({ target }) => target)));
  for (const entity of domain.entities) {
    if (!entity.generate || entity.durable) continue;
    for (const event of currentEvents(entity)) {
      if (emitted.has(event)) continue;
      report.warning(
        "EGO020",
        event.mark.at,
        `No command emits ${event.desc.name}. Add it to the emits of the command that does.`,
      );
    }
  }
  for (const { generate, messages } of domain.files) {
    for (const { desc, mark, optioned } of messages) {
      if (!generate || mark) continue;
      for (const { at } of optioned) {
        report.warning(
          "EGO036",
          at,
          `${desc.name} is not marked, so that this option means nothing. Mark the message, or remove the option.`,
        );
      }
    }
  }
}
