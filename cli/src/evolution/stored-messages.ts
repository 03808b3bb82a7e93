import { type Entity, type Message, storedName } from "@ego/protoc-gen-ego/model";
import type { Change } from "./change.ts";
import { type Kept, keptJournals, keptOf, keptStates } from "./kept.ts";
import { readable } from "./stored-events.ts";

/** A message as it was stored, and the one as which it is read. */
export interface StoredMessage {
  readonly was: Message;
  readonly is: Message;
  /** What it is, for people: `event AccountOpened`. */
  readonly what: string;
  /** The name of its entity, if it has one. */
  readonly owner?: string;
  /** The entity whose durable state it is, if it is one. */
  readonly entity?: Kept<Entity>;
}

/**
 * What of before is stored, and is read by a message of now: events, by the names under which they are stored, durable
 * states, and the states of sagas. What has no reader any more is left out: other rules tell of it.
 */
export function storedMessages(change: Change): readonly StoredMessage[] {
  const { before, now } = change;
  return [
    ...keptJournals(change).flatMap(eventsOf),
    ...keptStates(change).map((entity) => ({
      was: entity.was.state,
      is: entity.is.state,
      what: `the state of ${entity.is.name}`,
      owner: entity.is.name,
      entity,
    })),
    ...keptOf(before.domain.sagas, now.domain.sagas).map(({ was, is }) => ({
      was,
      is,
      what: `the state of the saga ${is.name}`,
    })),
  ];
}

/** By each name: an alias may have gone to another event than the rest. */
function eventsOf({ was, is }: Kept<Entity>): readonly StoredMessage[] {
  const known = readable(is);
  return was.events.flatMap((event) => {
    const names = [storedName(event), ...event.mark.aliases.map(({ value }) => value)];
    const readers = new Set(names.flatMap((name) => known.get(name) ?? []));
    return [...readers].map((reader) => ({
      was: event,
      is: reader,
      what: `the event ${reader.desc.name}`,
      owner: is.name,
    }));
  });
}
