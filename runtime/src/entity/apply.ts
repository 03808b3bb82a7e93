import type { Message } from "@bufbuild/protobuf";
import type { CompiledEntity } from "./compiled-entity.ts";
import { isPromise } from "./is-promise.ts";

/**
 * Applies one event to a state, in place.
 *
 * @throws whatever the applier throws, and a TypeError if it returned something
 */
export function applyEvent(entity: CompiledEntity, event: Message, state: Message): void {
  const compiled = entity.eventsByType.get(event.$typeName);
  if (!compiled) throw new TypeError(`${event.$typeName} is not an event of "${entity.name}"`);
  const returned = compiled.apply(event, state);
  if (returned !== undefined) {
    // Nobody waits for it: its failure must not end the process.
    if (isPromise(returned)) returned.then(undefined, () => {});
    throw new TypeError(
      `events.${compiled.name} returned ${isPromise(returned) ? "a promise" : "a value"}. An applier changes the state it is given, at once, and returns nothing.`,
    );
  }
}
