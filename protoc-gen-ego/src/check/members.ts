import type { Report } from "../diagnostics/diagnostic.ts";
import { currentEvents, type Domain, type Message, storedMessages } from "../model/domain.ts";
import { heldBy } from "../model/secrets.ts";
import type { FieldMark, MarkedMessage } from "../options/marked-message.ts";

/** EGO020: an event that no command emits. EGO036: options of fields that mean nothing where they are. */
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
  const held = heldBy(storedMessages(domain).map(({ desc }) => desc));
  for (const message of domain.files.flatMap(({ generate, messages }) => (generate ? messages : []))) {
    if (!message.mark) checkUnmarked(message, held.has(message.desc), report);
    if (message.mark?.role === "rejection") checkRejection(message, report);
  }
  for (const message of storedMessages(domain)) if (message.generate) checkSubject(message, report);
}

function checkUnmarked({ desc, optioned, ...message }: MarkedMessage, held: boolean, report: Report): void {
  const meaningless = optioned.flatMap((option): FieldMark[] => {
    const isHere = (mark: FieldMark) => mark.desc === option.desc;
    if (!held || !message.sensitive.some(isHere)) return [option];
    return [...message.ids, ...message.subjects, ...message.columns].filter(isHere);
  });
  for (const { at } of meaningless) {
    report.warning(
      "EGO036",
      at,
      `${desc.name} is not marked, so that this option means nothing. Mark the message, or remove the option.`,
    );
  }
}

function checkRejection({ desc, sensitive, subjects }: MarkedMessage, report: Report): void {
  for (const { at } of [...sensitive, ...subjects]) {
    report.warning(
      "EGO036",
      at,
      `${desc.name} is a rejection, which is never stored, so that this option means nothing. Remove it.`,
    );
  }
}

function checkSubject({ desc, subjects, secrets }: Message, report: Report): void {
  const [subject] = subjects;
  if (!subject || secrets.paths.length + secrets.entangled.length > 0) return;
  report.warning(
    "EGO036",
    subject.at,
    `${desc.name} has no sensitive field, so that ${subject.desc.name} is the subject of nothing. Mark what is sensitive, or remove the option.`,
  );
}
