import type { DescField } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import { currentEvents, type Domain, type Message } from "../model/domain.ts";
import { fieldNamed, valueType } from "../model/field-type.ts";
import { namePosition } from "../options/position.ts";

/** EGO023: a derived event is copied into the state, so that each of its fields must be there too, and as secret. */
export function checkDerived(domain: Domain, report: Report): void {
  for (const entity of domain.entities) {
    const { generate, state, durable } = entity;
    // A durable state has no events: EGO006.
    if (!generate || durable) continue;
    // Nobody applies an old event any more.
    for (const event of currentEvents(entity)) {
      if (!event.mark.derived) continue;
      for (const field of event.desc.fields) {
        // Of ids, EGO014 and EGO037 say it.
        if (event.ids.some((id) => id.desc === field)) continue;
        const problem = problemOf(field, event, state);
        if (problem === undefined) continue;
        report.error("EGO023", namePosition(field), `${event.desc.name} is derived, so that ${problem}.`);
      }
    }
  }
}

function problemOf(field: DescField, event: Message, state: Message): string | undefined {
  const to = state.desc.name;
  const target = fieldNamed(state.desc, field.localName);
  const copied = `${field.name}, ${valueType(field)}, is copied into ${to}, and it`;
  if (!target) return `${copied} is not there. Add it there, or write an applier instead of derived`;
  if (!canCopy(field, target)) {
    return `${copied} is ${valueType(target)} there. Make the types the same, or write an applier instead of derived`;
  }
  const hidden = isSensitive(field, event);
  if (hidden === isSensitive(target, state)) return undefined;
  const [there, here] = hidden ? ["is not sensitive", "is"] : ["is sensitive", "is not"];
  return `${field.name} is copied into ${to}, where it ${there}, and in the event it ${here}. Mark both, or none`;
}

function isSensitive(field: DescField, { sensitive }: Message): boolean {
  return sensitive.some((mark) => mark.desc === field);
}

/** Values are copied as they are: a string stays a string where a bigint is meant. */
function canCopy(from: DescField, to: DescField): boolean {
  const type = valueType(from);
  // "Set to zero" is what every reader of an optional field understands; the way back loses "not set".
  return type === valueType(to) || `optional ${type}` === valueType(to);
}
