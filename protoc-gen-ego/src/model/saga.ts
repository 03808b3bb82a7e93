import type { DescField, DescFile } from "@bufbuild/protobuf";
import { methodName } from "../naming.ts";
import type { SagaMark } from "../options/marks.ts";
import type { Located, Position } from "../options/position.ts";
import { type Command, type Domain, type Event, entityOf, idOf, type Message } from "./domain.ts";
import { fieldNamed, fieldType } from "./field-type.ts";
import type { Reference } from "./reference.ts";

/** A process across entities: it reacts to events with commands. */
export interface Saga extends Message {
  readonly mark: SagaMark;
  readonly name: string;
  /** Where its name is said: by the option, or by the message. */
  readonly namedAt: Position;
  readonly startsOn: readonly Trigger[];
  readonly reactsTo: readonly Trigger[];
  readonly sends: readonly Reference<Command>[];
  readonly timers: readonly Located[];
}

/** An event that a saga consumes. */
export interface Trigger extends Reference<Event> {
  /** The field that holds the correlation id, where one is named: `OrderPlaced.order_id`. */
  readonly field?: { readonly name: string; readonly desc: DescField | undefined };
}

/** Where an event says which instance of a saga it belongs to. */
export type Correlation =
  /** In the id of its entity. */
  | { readonly in: "entity" }
  | { readonly in: "field"; readonly field: DescField }
  /** Nowhere. What has the name of the saga's id has another type, if there is such a field. */
  | { readonly in: "nothing"; readonly field?: DescField };

/**
 * The field that is named; else the field of the event that has the name of the saga's id; else the id of the event's
 * entity, if it has that name. Where the field is the event's own id, both are the same, and that of the entity is
 * known without a look into the event.
 */
export function correlationOf(domain: Domain, id: DescField, { field: named, target: event }: Trigger): Correlation {
  const entity = event && entityOf(domain, event);
  const field = named ? named.desc : event && fieldNamed(event.desc, id.localName);
  if (field || named) {
    if (!field) return { in: "nothing" };
    if (!isSameId(field, id)) return { in: "nothing", field };
    return event && field === idOf(event) ? { in: "entity" } : { in: "field", field };
  }
  const entityId = entity && idOf(entity.state);
  if (entityId?.localName !== id.localName) return { in: "nothing" };
  return isSameId(entityId, id) ? { in: "entity" } : { in: "nothing", field: entityId };
}

/** Whether two fields hold the same ids; one of them may tell "not set" from empty. */
export function isSameId(a: DescField, b: DescField): boolean {
  return fieldType(a).replace(/^optional /, "") === fieldType(b).replace(/^optional /, "");
}

/** The method of a timer: `not_done` → `notDone`. */
export function timerMethod({ value }: Located): string {
  return methodName(value);
}

/** The sagas that are printed into the file generated for a proto file, as their states are declared. */
export function sagasOf(domain: Domain, file: DescFile): readonly Saga[] {
  return domain.sagas.filter(({ desc }) => desc.file === file);
}
