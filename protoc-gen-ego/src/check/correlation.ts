import type { DescField } from "@bufbuild/protobuf";
import type { Report } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { type Domain, type Event, idOf } from "../model/domain.ts";
import { fieldType } from "../model/field-type.ts";
import { correlationOf, isSameId, type Saga, type Trigger } from "../model/saga.ts";
import { isIdType } from "./ids.ts";

/** EGO052: by which id each event of a saga finds its instance. */
export function checkCorrelation(domain: Domain, saga: Saga, report: Report): void {
  const id = idOf(saga);
  if (!id) {
    report.error(
      "EGO052",
      saga.mark.at,
      `${saga.desc.name} has no id: nothing tells which instance an event is for. Mark its field that holds the correlation id: [(ego.v1.field).id = true].`,
    );
    return;
  }
  if (!isIdType(id)) return;
  for (const trigger of [...saga.startsOn, ...saga.reactsTo]) {
    const { target, at } = trigger;
    if (!target) continue;
    const correlation = correlationOf(domain, id, trigger);
    if (correlation.in !== "nothing") continue;
    const wanted = `The id of the saga ${saga.name} is ${fieldType(id)} ${id.name}`;
    report.error("EGO052", at, `${wanted}, and ${whatIsThere(target, trigger, correlation.field, id)}`);
  }
}

function whatIsThere(event: Event, { field: named }: Trigger, found: DescField | undefined, id: DescField): string {
  const ids = event.desc.fields.filter((field) => isIdType(field) && isSameId(field, id));
  if (named && !found) {
    const near = nearest(
      named.name,
      ids.map(({ name }) => name),
    );
    const advice = near ? `Did you mean "${event.desc.name}.${near}"?` : "Name the one that holds it.";
    return `${event.desc.name} has no field "${named.name}". ${advice}`;
  }
  const [holder] = ids;
  const other = holder ? `, or name the field that holds it: "${event.desc.name}.${holder.name}"` : "";
  if (!found) return `${event.desc.name} has no such field. Add it${other}.`;
  return `${found.parent.name}.${found.name} is ${fieldType(found)}. Make the types the same${other}.`;
}
