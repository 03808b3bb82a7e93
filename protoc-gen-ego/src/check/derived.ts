import type { DescField } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import { currentEvents, type Domain } from "../model/domain.ts";
import { fieldNamed, valueType } from "../model/field-type.ts";
import { namePosition } from "../options/position.ts";

/** EGO023: a derived event is copied into the state, so that each of its fields must be there too. */
export function checkDerived(domain: Domain, report: Report): void {
  for (const entity of domain.entities) {
    const { generate, state } = entity;
    if (!generate) continue;
    // Nobody applies an old event any more.
    for (const event of currentEvents(entity)) {
      if (!event.mark.derived) continue;
      for (const field of event.desc.fields) {
        const target = fieldNamed(state.desc, field.localName);
        if (target && canCopy(field, target)) continue;
        const there = target ? `is ${valueType(target)} there` : "is not there";
        report.error(
          "EGO023",
          namePosition(field),
          `${event.desc.name} is derived, so that ${field.name}, ${valueType(field)}, is copied into ${state.desc.name}, and it ${there}. Make the types the same, or write an applier instead of derived.`,
        );
      }
    }
  }
}

/** Values are copied as they are: a string stays a string where a bigint is meant. */
function canCopy(from: DescField, to: DescField): boolean {
  const type = valueType(from);
  // "Set to zero" is what every reader of an optional field understands; the way back loses "not set".
  return type === valueType(to) || `optional ${type}` === valueType(to);
}
