import type { Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { storeFailure } from "../journal/store-failure.ts";
import { CommandMemory } from "./command-memory.ts";
import type { HandledCommand } from "./command-window.ts";
import type { CompiledCommand, CompiledEntity } from "./compiled-entity.ts";
import { type Decided, type DecidedEvent, decide } from "./decide.ts";
import { EntityReader } from "./entity-reader.ts";
import { EntityFailures } from "./failures.ts";
import { Flight, type FlightControl } from "./flight.ts";
import { Flights } from "./flights.ts";
import type { EntityHost } from "./host.ts";
import { type PendingCommand, Refusal } from "./pending-command.ts";
import type { Version } from "./recover.ts";
import { appendOf, changeOf, sizeOf } from "./storable.ts";

/** How often a command is decided again because another writer was first, before its caller is told. */
const maxConflicts = 5;

const noBytes = new Uint8Array(0);

/**
 * One entity: commands one at a time, decided on the *tentative* state (all that was decided so far), answered when
 * what they are based on is durable. If the store refuses or fails, the tentative state is dropped and the entity is
 * read again.
 */
export class EntityActor {
  readonly #entity: CompiledEntity;
  readonly #id: string;
  readonly #shard: number;
  readonly #host: EntityHost;
  readonly #control: FlightControl;
  readonly #failures: EntityFailures;
  readonly #reader: EntityReader;
  readonly #memory: CommandMemory;
  /** Decided commands. */
  readonly #flights: Flights;
  /** Commands that are not decided yet. */
  #mailbox: PendingCommand[] = [];
  /** After all that was decided; undefined until it was read from the store. */
  #tentative: Version | undefined;
  /** The command whose asynchronous handler is running. */
  #running: { readonly pending: PendingCommand } | undefined;
  /** Something asynchronous is under way: a read of the store, or a handler. */
  #busy = false;

  constructor(entity: CompiledEntity, id: string, shard: number, host: EntityHost) {
    this.#entity = entity;
    this.#id = id;
    this.#shard = shard;
    this.#host = host;
    this.#control = {
      stored: () => this.#flights.answerDurable(),
      refused: (flight) => this.#refused(flight),
      invalid: (flight, failure) => this.#invalid(flight, failure),
      failed: (flight, failure) => this.#failed(flight, failure),
    };
    this.#failures = new EntityFailures(entity.name, id);
    this.#reader = new EntityReader(entity, id, host);
    this.#memory = new CommandMemory(entity, id, host);
    this.#flights = new Flights(this.#control);
  }

  /** Takes a command; decides it at once if nothing is before it. */
  take(pending: PendingCommand): void {
    const { maxMailbox } = this.#host.limits;
    if (this.#mailbox.length + this.#flights.size >= maxMailbox) {
      pending.fail(this.#failures.mailboxFull(maxMailbox));
      return;
    }
    this.#mailbox.push(pending);
    pending.watch(this.#host.timing, () => this.#givenUp(pending));
    this.#pump();
  }

  #pump(): void {
    while (!this.#busy) {
      // A command stays in the mailbox until it is decided: whatever has to come before it can be put before it.
      const pending = this.#mailbox[0];
      if (!pending) return;
      if (pending.settled) this.#mailbox.shift();
      else if (this.#tentative) this.#step(pending, this.#tentative);
      else this.#activate();
    }
  }

  #takeOff(pending: PendingCommand): void {
    if (this.#mailbox[0] === pending) {
      this.#mailbox.shift();
      return;
    }
    const index = this.#mailbox.indexOf(pending);
    if (index >= 0) this.#mailbox.splice(index, 1);
  }

  #activate(): void {
    this.#await(
      this.#reader.read(),
      (version) => {
        this.#tentative = version;
      },
      (cause) => {
        const failure = storeFailure(cause);
        // Those that wait are told; the next command tries again.
        this.#host.report(failure);
        const waiting = this.#mailbox;
        this.#mailbox = [];
        for (const pending of waiting) pending.fail(failure);
      },
    );
  }

  /** Waits for something, and takes no other command meanwhile. */
  #await<T>(promise: Promise<T>, onDone: (value: T) => void, onFailed: (cause: unknown) => void): void {
    this.#busy = true;
    const then = (next: () => void) => {
      this.#busy = false;
      try {
        next();
      } finally {
        this.#pump();
      }
    };
    promise.then(
      (value) => then(() => onDone(value)),
      (cause: unknown) => then(() => onFailed(cause)),
    );
  }

  // ---------------------------------------------------------------- deciding

  #step(pending: PendingCommand, version: Version): void {
    const { command, message } = pending;
    if (!command || !message) {
      this.#takeOff(pending);
      this.#answerUnchanged(pending, version);
      return;
    }
    if (pending.mayRepeat && this.#answerRepeated(pending, version)) return;
    const { expectedRevision } = pending.options;
    if (expectedRevision !== undefined && expectedRevision !== version.revision) {
      this.#takeOff(pending);
      this.#failLater(pending, this.#failures.wrongRevision(version.revision, expectedRevision));
      return;
    }
    let decided: Decided | Promise<Decided>;
    // A handler may send its own entity a command: that one has to wait.
    this.#busy = true;
    try {
      decided = this.#decide(pending, command, message, version);
    } catch (cause) {
      this.#busy = false;
      this.#takeOff(pending);
      this.#failLater(pending, EgoError.from(cause));
      return;
    }
    if (decided instanceof Promise) {
      this.#awaitHandler(pending, version, decided);
      return;
    }
    this.#busy = false;
    this.#takeOff(pending);
    this.#accept(pending, version, decided);
  }

  #decide(
    pending: PendingCommand,
    command: CompiledCommand,
    message: Message,
    version: Version,
  ): Decided | Promise<Decided> {
    const situation = {
      entityId: this.#id,
      state: version.state,
      revision: version.revision,
      commandId: pending.commandId,
      metadata: pending.options.metadata,
      now: this.#host.timing.now,
      newId: this.#host.newId,
      signal: pending.signal,
    };
    return decide(this.#entity, command, message, situation, version.exists, this.#host.limits);
  }

  #awaitHandler(pending: PendingCommand, version: Version, deciding: Promise<Decided>): void {
    const run = { pending };
    this.#running = run;
    // A handler that was interrupted may still return: it does not count any more.
    const counting = new Promise<Decided>((resolve, reject) => {
      deciding.then(
        (decided) => this.#running === run && resolve(decided),
        (cause: unknown) => this.#running === run && reject(cause),
      );
    });
    const conclude = (next: () => void) => {
      this.#running = undefined;
      this.#takeOff(pending);
      next();
    };
    this.#await(
      counting,
      (decided) => conclude(() => this.#accept(pending, version, decided)),
      (cause) => conclude(() => this.#failLater(pending, EgoError.from(cause))),
    );
  }

  /** Goes on without the handler that is running: its caller gave up, or the state that it was given is not true. */
  #interrupt(): void {
    if (!this.#running) return;
    this.#running = undefined;
    this.#busy = false;
  }

  #givenUp(pending: PendingCommand): void {
    // It takes no place of those that wait.
    this.#takeOff(pending);
    if (this.#running?.pending !== pending) return;
    this.#interrupt();
    this.#pump();
  }

  #accept(pending: PendingCommand, version: Version, decided: Decided): void {
    switch (decided.kind) {
      case "kept":
        this.#answerUnchanged(pending, version);
        break;
      case "rejected":
        this.#flights.answerLater(pending, () => pending.resolve(new Refusal(decided.name, decided.rejection)));
        break;
      case "events":
        this.#append(pending, version, decided.events, decided.state);
        break;
      case "saved":
        this.#change(pending, version, decided.state, decided.payload);
        break;
      case "removed":
        // To remove what is not there is a no-op.
        if (version.exists) this.#change(pending, version, null, noBytes);
        else this.#answerUnchanged(pending, version);
    }
  }

  // ---------------------------------------------------------------- storing

  #append(pending: PendingCommand, before: Version, events: readonly DecidedEvent[], state: Message): void {
    const after: Version = { state, revision: before.revision + events.length, exists: true };
    const { name } = this.#entity;
    const item = appendOf(pending, name, this.#id, this.#shard, before.revision, events, this.#host.timing.now());
    const flight = new Flight(this.#control, pending, item, sizeOf(item), (position) => {
      this.#memory.remember(pending, after.revision, position, item.recordedAt);
      this.#reader.published(after.revision);
      this.#host.stream.publishEvents(this.#entity, item, position);
      this.#reply(pending, after, position, item.recordedAt);
    });
    this.#tentative = after;
    this.#flights.add(flight);
    this.#host.appends.push(flight);
  }

  #change(pending: PendingCommand, before: Version, saved: Message | null, payload: Uint8Array): void {
    const state = saved ?? this.#entity.state.shape.freeze(this.#entity.initial(this.#id));
    const after: Version = { state, revision: before.revision + 1, exists: saved !== null };
    const item = changeOf(
      pending,
      this.#entity.name,
      this.#id,
      before.revision,
      saved,
      payload,
      this.#host.timing.now(),
    );
    const flight = new Flight(this.#control, pending, item, sizeOf(item), () => {
      this.#memory.remember(pending, after.revision, 0, item.recordedAt);
      this.#reader.published(after.revision);
      this.#host.stream.publishState(this.#entity, item);
      this.#reply(pending, after, 0, item.recordedAt);
    });
    this.#tentative = after;
    this.#flights.add(flight);
    this.#host.changes?.push(flight);
  }

  /** Another writer was first: reads the entity again, and decides again all that was built on what is not true. */
  #refused(flight: Flight): void {
    const again = this.#withdrawFrom(flight).filter((pending) => !pending.settled);
    if (++flight.pending.conflicts > maxConflicts && !flight.pending.settled) {
      flight.pending.fail(this.#failures.changedByOthers(flight.pending.conflicts));
    }
    this.#decideAgain(again);
  }

  /** The new state itself cannot be stored: tells its caller, and decides again what was built on it. */
  #invalid(flight: Flight, failure: EgoError): void {
    const [, ...again] = this.#withdrawFrom(flight);
    flight.pending.fail(failure);
    this.#decideAgain(again);
  }

  /** Commands that were decided before those in the mailbox. */
  #decideAgain(pendings: readonly PendingCommand[]): void {
    this.#mailbox = pendings.concat(this.#mailbox);
    this.#pump();
  }

  /** The store failed: tells all whose command was built on what may not be there. */
  #failed(flight: Flight, cause: EgoError): void {
    this.#host.report(cause);
    for (const pending of this.#withdrawFrom(flight)) {
      pending.fail(this.#failures.notKnownWhetherStored(pending, cause));
    }
    this.#pump();
  }

  /** Takes back a flight and all after it, and forgets the state that they led to. */
  #withdrawFrom(flight: Flight): readonly PendingCommand[] {
    this.#tentative = undefined;
    this.#memory.forget();
    this.#interrupt();
    return this.#flights.withdrawFrom(flight);
  }

  // ---------------------------------------------------------------- answering

  #failLater(pending: PendingCommand, failure: EgoError): void {
    if (failure.code === "handler_failed" || failure.code === "internal") this.#host.report(failure);
    this.#flights.answerLater(pending, () => pending.fail(failure));
  }

  #answerUnchanged(pending: PendingCommand, version: Version): void {
    this.#flights.answerLater(pending, () => this.#reply(pending, version, 0, this.#host.timing.now()));
  }

  #reply(pending: PendingCommand, version: Version, position: number, recordedAt: number, repeated = false): void {
    const { shape } = this.#entity.state;
    // Bytes cannot be frozen, so the caller gets its own.
    const state = shape.hasBytes ? shape.freeze(shape.copy(version.state)) : version.state;
    pending.resolve({
      state,
      revision: version.revision,
      position,
      recordedAt: new Date(recordedAt),
      repeated,
    });
  }

  // ---------------------------------------------------------------- repeated commands

  /** Whether the command was carried out before, or is being looked up: then there is nothing to decide now. */
  #answerRepeated(pending: PendingCommand, version: Version): boolean {
    if (this.#flights.stores(pending.commandId)) {
      // Looked up again once the first one is answered: then it is in the window.
      this.#takeOff(pending);
      this.#flights.answerLater(pending, () => this.#lookUpAgain(pending));
      return true;
    }
    if (!this.#memory.loaded) {
      this.#loadMemory(pending, version);
      return true;
    }
    const handled = this.#memory.find(pending.commandId);
    if (!handled) return false;
    this.#takeOff(pending);
    if (handled.revision > version.revision) {
      // Of a durable state the command ids are read after the state, and another writer was first in between.
      this.#readAgain(pending);
      return true;
    }
    // An id that ego chose has no fingerprint: only whoever sent the command was told it.
    if (handled.fingerprint !== undefined && handled.fingerprint !== pending.fingerprint) {
      pending.fail(this.#failures.otherContent(pending));
    } else {
      this.#answerAsBefore(pending, version, handled);
    }
    return true;
  }

  #readAgain(pending: PendingCommand): void {
    if (this.#flights.size === 0) {
      this.#tentative = undefined;
      this.#memory.forget();
    }
    // What is in flight is refused: then all that was decided is decided again, and this with it.
    this.#flights.answerLater(pending, () => this.#lookUpAgain(pending));
  }

  #lookUpAgain(pending: PendingCommand): void {
    this.#mailbox.unshift(pending);
    this.#pump();
  }

  #loadMemory(pending: PendingCommand, version: Version): void {
    this.#await(
      this.#memory.load(version.revision),
      () => {
        // The entity is to be read again: then what it remembers is too.
        if (!this.#tentative) this.#memory.forget();
      },
      (cause) => {
        this.#takeOff(pending);
        pending.fail(storeFailure(cause));
      },
    );
  }

  #answerAsBefore(pending: PendingCommand, version: Version, handled: HandledCommand): void {
    const { position, recordedAt, revision } = handled;
    if (this.#entity.table.kind === "durable" || revision === version.revision) {
      // Of a durable state only the current version is stored: the caller gets it beside the revision of then.
      const then = { ...version, revision };
      this.#flights.answerLater(pending, () => this.#reply(pending, then, position, recordedAt, true));
      return;
    }
    this.#reader.readAt(revision).then(
      (then) => this.#reply(pending, then, position, recordedAt, true),
      (cause: unknown) => pending.fail(storeFailure(cause)),
    );
  }
}
