import type { Message } from "@bufbuild/protobuf";
import type { CommandMemory } from "./command-memory.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import type { DecidedEvent } from "./conclusion.ts";
import type { EntityReader } from "./entity-reader.ts";
import { Flight, type FlightControl } from "./flight.ts";
import type { EntityHost } from "./host.ts";
import type { PendingCommand } from "./pending-command.ts";
import type { Version } from "./recover.ts";
import { reply } from "./reply.ts";
import { appendOf, changeOf, sizeOf } from "./storable.ts";

/** What was decided, on its way to the store, and the entity after it. */
export interface Written {
  readonly flight: Flight;
  readonly after: Version;
}

/** The parts of an entity that are told what is durable. */
export interface WriterParts extends FlightControl {
  readonly entity: CompiledEntity;
  readonly id: string;
  readonly host: EntityHost;
  readonly reader: EntityReader;
  readonly memory: CommandMemory;
}

/** The events of a command as a flight, which tells everybody once they are durable. */
export function writeEvents(
  parts: WriterParts,
  shard: number,
  pending: PendingCommand,
  before: Version,
  events: readonly DecidedEvent[],
  state: Message,
): Written {
  const { entity, id, host, reader, memory } = parts;
  const after: Version = { state, revision: before.revision + events.length, exists: true };
  const item = appendOf(pending, entity.name, id, shard, before.revision, events, host.timing.now());
  const flight = new Flight("store", parts, pending, item, host.appends, sizeOf(item), (position) => {
    memory.remember(pending, after.revision, position, item.recordedAt);
    reader.published(after.revision);
    host.stream.publishEvents(entity, item, position);
    reply(entity, pending, after, position, item.recordedAt);
    reader.answered(after);
  });
  return { flight, after };
}

/** A new version of a durable state as a flight. `saved` null removes the entity. */
export function writeState(
  parts: WriterParts,
  shard: number,
  pending: PendingCommand,
  before: Version,
  saved: Message | null,
  payload: Uint8Array,
): Written {
  const { entity, id, host, reader, memory } = parts;
  const state = saved ?? entity.state.shape.freeze(entity.initial(id));
  const after: Version = { state, revision: before.revision + 1, exists: saved !== null };
  const item = changeOf(pending, entity.name, id, before.revision, saved, payload, host.timing.now());
  const flight = new Flight("store", parts, pending, item, host.changes, sizeOf(item), (position) => {
    memory.remember(pending, after.revision, position, item.recordedAt);
    reader.published(after.revision);
    host.stream.publishState(entity, item, host.events.shardCount + shard, position);
    reply(entity, pending, after, position, item.recordedAt);
  });
  return { flight, after };
}
