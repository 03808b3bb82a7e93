import type { Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import { storeFailure } from "../journal/store-failure.ts";
import { CommandWindow, type HandledCommand } from "./command-window.ts";
import type { CompiledCommand, CompiledEntity } from "./compiled-entity.ts";
import { type Decided, type DecidedEvent, decide } from "./decide.ts";
import { Flight, type FlightControl } from "./flight.ts";
import type { EntityHost } from "./host.ts";
import { type PendingCommand, Refusal } from "./pending-command.ts";
import { readState, replay, type Version } from "./recover.ts";
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
  /** Commands that are not decided yet. */
  #mailbox: PendingCommand[] = [];
  /** Decided commands, in order. */
  #flights: Flight[] = [];
  /** After all that was decided; undefined until it was read from the store. */
  #tentative: Version | undefined;
  /** The commands carried out lately; undefined until one comes that could be a repeated one. */
  #window: CommandWindow | undefined;
  /** Commands that were carried out while the window is being read, which may not have seen them. */
  #meanwhile: [string, HandledCommand][] | undefined;
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
      stored: () => this.#answerDurable(),
      refused: (flight) => this.#refused(flight),
      failed: (flight, failure) => this.#failed(flight, failure),
    };
  }

  /** Takes a command; decides it at once if nothing is before it. */
  take(pending: PendingCommand): void {
    const { maxMailbox } = this.#host.limits;
    if (this.#mailbox.length >= maxMailbox) {
      const what = `${this.#label} has ${maxMailbox} commands waiting, and maxMailbox is ${maxMailbox}. Try again later.`;
      pending.fail(new EgoError("unavailable", what, { details: this.#details() }));
      return;
    }
    this.#mailbox.push(pending);
    pending.watch(() => this.#givenUp(pending));
    this.#pump();
  }

  #pump(): void {
    while (!this.#busy) {
      // A command stays in the mailbox until it is decided: whatever has to come before it can be put before it.
      const [pending] = this.#mailbox;
      if (!pending) return;
      if (pending.settled) this.#mailbox.shift();
      else if (this.#tentative) this.#step(pending, this.#tentative);
      else this.#activate();
    }
  }

  #takeOff(pending: PendingCommand): void {
    if (this.#mailbox[0] === pending) this.#mailbox.shift();
    else this.#mailbox.splice(this.#mailbox.indexOf(pending), 1);
  }

  #activate(): void {
    const { events, states } = this.#host;
    const reading =
      this.#entity.table.kind === "durable" && states
        ? readState(this.#entity, this.#id, states)
        : replay(this.#entity, this.#id, events);
    this.#await(
      reading,
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
      next();
      this.#pump();
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
      const what = `${this.#label} is at revision ${version.revision}, and the command expects ${expectedRevision}`;
      const details = { ...this.#details(), revision: version.revision, expectedRevision };
      this.#takeOff(pending);
      this.#failLater(pending, new EgoError("conflict", what, { details }));
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
      now: this.#host.now,
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
        this.#answerLater(pending, () => pending.resolve(new Refusal(decided.name, decided.rejection)));
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
    const item = appendOf(pending, name, this.#id, this.#shard, before.revision, events, this.#host.now());
    const flight = new Flight(this.#control, pending, item, sizeOf(item), (position) => {
      this.#remember(pending, after.revision, position, item.recordedAt);
      this.#host.stream.publishEvents(this.#entity, item, position);
      this.#reply(pending, after, position, item.recordedAt);
    });
    this.#tentative = after;
    this.#flights.push(flight);
    this.#host.appends.push(flight);
  }

  #change(pending: PendingCommand, before: Version, saved: Message | null, payload: Uint8Array): void {
    const state = saved ?? this.#entity.state.shape.freeze(this.#entity.initial(this.#id));
    const after: Version = { state, revision: before.revision + 1, exists: saved !== null };
    const item = changeOf(pending, this.#entity.name, this.#id, before.revision, saved, payload, this.#host.now());
    const flight = new Flight(this.#control, pending, item, sizeOf(item), () => {
      this.#remember(pending, after.revision, 0, item.recordedAt);
      this.#host.stream.publishState(this.#entity, item);
      this.#reply(pending, after, 0, item.recordedAt);
    });
    this.#tentative = after;
    this.#flights.push(flight);
    this.#host.changes?.push(flight);
  }

  /** Another writer was first: reads the entity again, and decides again all that was built on what is not true. */
  #refused(flight: Flight): void {
    const again = this.#withdrawFrom(flight).filter((pending) => !pending.settled);
    if (++flight.pending.conflicts > maxConflicts && !flight.pending.settled) {
      const what = `${this.#label} was changed by another writer ${flight.pending.conflicts} times while the command was decided. Try again later.`;
      flight.pending.fail(new EgoError("conflict", what, { details: this.#details() }));
    }
    this.#mailbox.unshift(...again);
    this.#pump();
  }

  /** The store failed: tells all whose command was built on what may not be there. */
  #failed(flight: Flight, cause: EgoError): void {
    this.#host.report(cause);
    for (const pending of this.#withdrawFrom(flight)) {
      const what = `${this.#label}: it is not known whether the command was stored. Send it again under the command id ${JSON.stringify(pending.commandId)}. ${cause.message}`;
      const details = { ...this.#details(), commandId: pending.commandId };
      pending.fail(new EgoError(cause.retryable ? "unavailable" : cause.code, what, { cause, details }));
    }
    this.#pump();
  }

  /** Takes back a flight and all after it, and forgets the state that they led to. */
  #withdrawFrom(flight: Flight): readonly PendingCommand[] {
    const index = this.#flights.indexOf(flight);
    const withdrawn = this.#flights.splice(index);
    for (const one of withdrawn) one.withdrawn = true;
    this.#tentative = undefined;
    this.#window = undefined;
    this.#interrupt();
    return withdrawn.map((one) => one.pending);
  }

  // ---------------------------------------------------------------- answering

  /** Answers all that is durable with everything before it. */
  #answerDurable(): void {
    while (this.#flights[0]?.durable) {
      const flight = this.#flights.shift() as Flight;
      flight.answer(flight.position);
    }
  }

  /** Answers once all that was decided before is durable: now, if nothing is in flight. */
  #answerLater(pending: PendingCommand, answer: () => void): void {
    if (this.#flights.length === 0) answer();
    else this.#flights.push(new Flight(this.#control, pending, undefined, 0, answer));
  }

  #failLater(pending: PendingCommand, failure: EgoError): void {
    if (failure.code === "handler_failed" || failure.code === "internal") this.#host.report(failure);
    this.#answerLater(pending, () => pending.fail(failure));
  }

  #answerUnchanged(pending: PendingCommand, version: Version): void {
    this.#answerLater(pending, () => this.#reply(pending, version, 0, this.#host.now()));
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

  #remember(pending: PendingCommand, revision: number, position: number, recordedAt: number): void {
    if (!this.#window && !this.#meanwhile) return;
    // Also under an id that ego chose: a caller that gave up was told it.
    const handled = { revision, position, recordedAt, fingerprint: pending.fingerprint };
    this.#window?.add(pending.commandId, handled);
    this.#meanwhile?.push([pending.commandId, handled]);
  }

  /** Whether the command was carried out before, or is being looked up: then there is nothing to decide now. */
  #answerRepeated(pending: PendingCommand, version: Version): boolean {
    if (this.#flights.some((flight) => flight.stores && flight.pending.commandId === pending.commandId)) {
      // Looked up again once the first one is answered: then it is in the window.
      this.#takeOff(pending);
      this.#answerLater(pending, () => this.#lookUpAgain(pending));
      return true;
    }
    if (!this.#window) {
      this.#loadWindow(version);
      return true;
    }
    const handled = this.#window.get(pending.commandId);
    if (!handled) return false;
    this.#takeOff(pending);
    // An id that ego chose has no fingerprint: only whoever sent the command was told it.
    if (handled.fingerprint !== undefined && handled.fingerprint !== pending.fingerprint) {
      pending.fail(this.#otherContent(pending));
    } else {
      this.#answerAsBefore(pending, version, handled);
    }
    return true;
  }

  #lookUpAgain(pending: PendingCommand): void {
    this.#mailbox.unshift(pending);
    this.#pump();
  }

  #loadWindow(version: Version): void {
    const { events, states, now } = this.#host;
    const loading =
      this.#entity.table.kind === "durable" && states
        ? CommandWindow.ofStates(states, this.#entity.name, this.#id)
        : CommandWindow.ofEvents(events, this.#entity.name, this.#id, version.revision, now());
    const meanwhile: [string, HandledCommand][] = [];
    this.#meanwhile = meanwhile;
    this.#await(
      loading,
      (window) => {
        this.#meanwhile = undefined;
        for (const [commandId, handled] of meanwhile) window.add(commandId, handled);
        // Not if the entity is to be read again: then the window is too.
        if (this.#tentative) this.#window = window;
      },
      (cause) => {
        this.#meanwhile = undefined;
        const pending = this.#mailbox.shift();
        pending?.fail(storeFailure(cause));
      },
    );
  }

  #answerAsBefore(pending: PendingCommand, version: Version, handled: HandledCommand): void {
    const { position, recordedAt, revision } = handled;
    if (this.#entity.table.kind === "durable" || revision === version.revision) {
      // Of a durable state only the current version is stored.
      this.#answerLater(pending, () => this.#reply(pending, { ...version, revision }, position, recordedAt, true));
      return;
    }
    replay(this.#entity, this.#id, this.#host.events, revision).then(
      (then) => this.#reply(pending, then, position, recordedAt, true),
      (cause: unknown) => pending.fail(storeFailure(cause)),
    );
  }

  #otherContent(pending: PendingCommand): EgoError {
    return new EgoError(
      "invalid_argument",
      `${this.#label} has carried out another command under the id ${JSON.stringify(pending.commandId)}. A command id belongs to one command: use a new one.`,
      { details: { ...this.#details(), commandId: pending.commandId } },
    );
  }

  // ---------------------------------------------------------------- names

  get #label(): string {
    return `${this.#entity.name} ${JSON.stringify(this.#id)}`;
  }

  #details(): { readonly entity: string; readonly entityId: string } {
    return { entity: this.#entity.name, entityId: this.#id };
  }
}
