import type { ReadModelMark } from "../options/marks.ts";
import type { Located, Position } from "../options/position.ts";
import { type Entity, type Event, idOf, type Message, type State } from "./domain.ts";
import { fieldNamed, valueType } from "./field-type.ts";
import type { Reference } from "./reference.ts";
import type { Table } from "./table.ts";

/** A SQL table that is made of events, and the projection that makes it. */
export interface ReadModel extends Message {
  readonly mark: ReadModelMark;
  readonly name: string;
  /** Where its name is said: by the option, or by the message. */
  readonly namedAt: Position;
  /** The events that it names. */
  readonly events: readonly Reference<Event>[];
  /** The entities that it names. */
  readonly entities: readonly EntityReference[];
  /** All that it consumes: what it names, then what its entities have. May have one twice: the checks tell. */
  readonly sources: readonly Source[];
  readonly table: Table;
}

/** The name of an entity, and what it leads to. */
export interface EntityReference extends Located {
  readonly target: Entity | undefined;
}

/** What a read model consumes: an event, or the versions of a durable state. */
export interface Source {
  readonly message: Event | State;
  readonly entity: Entity;
  /** Where it is named, itself or with its entity. */
  readonly at: Position;
}

/** Whether a source is the versions of a durable state. */
export function isState({ message }: Source): boolean {
  return message.mark.role === "state";
}

/** Whether the key of a row follows from a source: the rule is that of `ReadModelTable` in the seam. */
export function findsRow({ ids }: ReadModel, source: Source): boolean {
  const id = idOf(source.entity.state);
  return ids.every(({ desc: key }) => {
    const namesake = isState(source) ? undefined : fieldNamed(source.message.desc, key.localName);
    if (namesake) return valueType(namesake) === valueType(key);
    return ids.length === 1 && id?.localName === key.localName && valueType(id) === valueType(key);
  });
}
