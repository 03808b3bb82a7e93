import { storeFailure } from "../journal/store-failure.ts";
import type { CommandMemory } from "./command-memory.ts";
import type { HandledCommand } from "./command-window.ts";
import type { CompiledEntity } from "./compiled-entity.ts";
import type { EntityReader } from "./entity-reader.ts";
import type { EntityFailures } from "./failures.ts";
import type { Flights } from "./flights.ts";
import type { PendingCommand } from "./pending-command.ts";
import type { Version } from "./recover.ts";
import { reply } from "./reply.ts";

/** What an entity does for a command that may be a repeated one. */
export interface RepeatControl {
  /** The command waits to be decided no more. */
  takeOff(pending: PendingCommand): void;
  /** The commands are the next to be decided. */
  putBack(pendings: readonly PendingCommand[]): void;
  /** What is known of the entity is older than its commands: it is read again, and then the command is looked up. */
  readAgain(pending: PendingCommand): void;
  /** The entity after all that was decided; undefined until it is read. */
  readonly tentative: Version | undefined;
  /** Waits for the memory to be read, and decides nothing meanwhile. */
  loadMemory(pending: PendingCommand, version: Version): void;
}

/** The parts of an entity that know what was carried out. */
export interface RepeatParts {
  readonly entity: CompiledEntity;
  readonly failures: EntityFailures;
  readonly flights: Flights;
  readonly memory: CommandMemory;
  readonly reader: EntityReader;
}

/** Whether a command was carried out before, or is being looked up: then there is nothing to decide now. */
export function answerRepeated(
  parts: RepeatParts,
  control: RepeatControl,
  pending: PendingCommand,
  version: Version,
): boolean {
  const { flights, memory, failures } = parts;
  if (flights.stores(pending.commandId)) {
    // Looked up again once the first one is answered: then it is in the window.
    control.takeOff(pending);
    flights.answerLater(pending, () => control.putBack([pending]));
    return true;
  }
  if (!memory.loaded) {
    control.loadMemory(pending, version);
    return true;
  }
  const handled = memory.find(pending.commandId);
  if (!handled) return false;
  control.takeOff(pending);
  if (handled.revision > version.revision) {
    // Of a durable state the command ids are read after the state, and another writer was first in between.
    control.readAgain(pending);
    return true;
  }
  // An id that ego chose has no fingerprint: only whoever sent the command was told it.
  if (handled.fingerprint !== undefined && handled.fingerprint !== pending.fingerprint) {
    pending.fail(failures.otherContent(pending));
  } else {
    answerAsBefore(parts, control, pending, version, handled);
  }
  return true;
}

function answerAsBefore(
  { entity, flights, reader }: RepeatParts,
  control: RepeatControl,
  pending: PendingCommand,
  version: Version,
  { position, recordedAt, revision }: HandledCommand,
): void {
  if (entity.table.kind === "durable" || revision === version.revision) {
    // Of a durable state only the current version is stored: the caller gets it beside the revision of then.
    const then = { ...version, revision };
    flights.answerLater(pending, () => reply(entity, pending, then, position, recordedAt, true));
    return;
  }
  /** Of what it was then retention left nothing: the caller gets what it is now beside the revision of then. */
  const answerAsNow = () => {
    const now = control.tentative;
    if (!now) control.putBack([pending]);
    else flights.answerLater(pending, () => reply(entity, pending, { ...now, revision }, position, recordedAt, true));
  };
  reader.readAt(revision).then(
    (then) => {
      if (then) reply(entity, pending, then, position, recordedAt, true);
      else answerAsNow();
    },
    (cause: unknown) => pending.fail(storeFailure(cause)),
  );
}
