import type { Message } from "@bufbuild/protobuf";
import { EgoError } from "../error/ego-error.ts";
import type { HeadCheck } from "../journal/head-checks.ts";
import { storeFailure } from "../journal/store-failure.ts";
import { CommandMemory } from "./command-memory.ts";
import type { CompiledCommand, CompiledEntity } from "./compiled-entity.ts";
import type { Decided } from "./conclusion.ts";
import { decide } from "./decide.ts";
import { EntityReader } from "./entity-reader.ts";
import { EntityFailures } from "./failures.ts";
import { Flight, type FlightControl } from "./flight.ts";
import { Flights } from "./flights.ts";
import { HandlerRun } from "./handler-run.ts";
import type { EntityHost } from "./host.ts";
import { Mailbox } from "./mailbox.ts";
import { type PendingCommand, Refusal } from "./pending-command.ts";
import type { Version } from "./recover.ts";
import { answerRepeated, type RepeatControl } from "./repeated-commands.ts";
import { reply } from "./reply.ts";
import { decideTraced, readTraced } from "./traced.ts";
import { type Written, writeEvents, writeState } from "./writer.ts";

/** How often a command is decided again because another writer was first, before its caller is told. */
const maxConflicts = 5;

const noBytes = new Uint8Array(0);

/**
 * One entity: commands one at a time, decided on the *tentative* state (all that was decided so far), answered when
 * what they are based on is durable. If the store refuses or fails, the tentative state is dropped and the entity is
 * read again.
 */
export class EntityActor implements FlightControl, RepeatControl {
  readonly entity: CompiledEntity;
  readonly id: string;
  readonly host: EntityHost;
  readonly failures: EntityFailures;
  readonly reader: EntityReader;
  readonly memory: CommandMemory;
  readonly #shard: number;
  /** Decided commands. */
  readonly flights: Flights;
  /** Commands that are not decided yet. */
  readonly #mailbox = new Mailbox();
  /** After all that was decided; undefined until it was read from the store. */
  #tentative: Version | undefined;
  /** The command whose asynchronous handler is running. */
  #running: HandlerRun | undefined;
  /** Something asynchronous is under way: a read of the store, or a handler. */
  #busy = false;
  /** Which of all commands was the last when it was read. */
  #readAt = 0;
  /** The store failed with something that it may store yet: what is read meanwhile is true only until then. */
  #inDoubt = false;
  /** How often the store may have lost something. */
  #evictions = 0;
  /** Which of all commands was the last that it was given. */
  usedAt = 0;

  constructor(entity: CompiledEntity, id: string, shard: number, host: EntityHost) {
    this.entity = entity;
    this.id = id;
    this.#shard = shard;
    this.host = host;
    this.failures = new EntityFailures(entity.name, id);
    this.reader = new EntityReader(entity, id, host);
    this.memory = new CommandMemory(entity, id, host);
    this.flights = new Flights(this);
  }

  /** Whether nothing is under way, so that it can go out of memory. */
  get idle(): boolean {
    return !this.#busy && this.#mailbox.size === 0 && this.flights.size === 0;
  }

  /** Goes out of memory. Only for one that is idle. */
  passivate(): void {
    this.reader.keepWatermark();
    this.host.leave(this.id);
  }

  /**
   * The store may have lost what this entity was made of: reads it again before anything else is decided, and decides
   * again what the store was not given yet.
   */
  evict(): void {
    const again = this.flights.withdrawUnsent();
    this.#tentative = undefined;
    this.#evictions++;
    this.memory.forget();
    this.#interrupt();
    this.putBack(again);
  }

  /** Takes a command; decides it at once if nothing is before it. */
  take(pending: PendingCommand): void {
    this.usedAt = ++this.host.usage.commands;
    pending.order = this.usedAt;
    const { maxMailbox } = this.host.limits;
    if (this.#mailbox.size + this.flights.size >= maxMailbox) {
      pending.fail(this.failures.mailboxFull(maxMailbox));
      return;
    }
    const version = this.#tentative;
    if (version && !this.#busy && this.#mailbox.size === 0 && !pending.mayRepeat && !pending.mayBeGivenUp) {
      // The usual case: nothing has to come before it.
      this.#step(pending, version);
    } else {
      this.#mailbox.push(pending);
      if (pending.mayBeGivenUp) this.#watch(pending);
    }
    this.#pump();
  }

  #watch(pending: PendingCommand): void {
    pending.watch(this.host.timing, () => this.#givenUp(pending));
  }

  #pump(): void {
    while (!this.#busy) {
      // A command stays in the mailbox until it is decided: whatever has to come before it can be put before it.
      const pending = this.#mailbox.first;
      if (!pending) {
        this.#rest();
        return;
      }
      if (pending.settled) this.#mailbox.takeOff(pending);
      else if (this.#tentative) this.#step(pending, this.#tentative);
      else if (this.flights.size > 0) {
        // What the store still has is answered first: what is read before that may lack it, or have it told twice.
        return;
      } else this.#activate();
    }
  }

  get tentative(): Version | undefined {
    return this.#tentative;
  }

  /** There is nothing to decide. What does not exist, or could not be read, is not kept in memory; but a doubt is. */
  #rest(): void {
    if ((this.#tentative?.revision ?? 0) === 0 && this.idle && !this.#inDoubt) this.passivate();
  }

  takeOff(pending: PendingCommand): void {
    this.#mailbox.takeOff(pending);
  }

  #activate(): void {
    const { supervisor } = this.host;
    const refusal = supervisor.refusal(this.id) ?? this.#hung();
    if (refusal) {
      const refused = this.#mailbox.empty();
      // Not now: who tries again at once must not keep the store's answer from coming in.
      this.host.timing.soon(() => {
        for (const pending of refused) pending.fail(refusal);
      });
      return;
    }
    const evictions = this.#evictions;
    this.#readAt = this.host.usage.commands;
    this.#await(
      this.#read(),
      (version) => {
        // Read from what is gone, or in part.
        if (this.#evictions !== evictions) return;
        this.#tentative = version;
        supervisor.recovered(this.id);
      },
      (cause) => {
        if (this.#evictions !== evictions) return;
        const failure = storeFailure(cause);
        // Those that wait are told; the next command tries again, if it may.
        this.host.report(failure);
        const answer = supervisor.failed(this.id, failure);
        for (const pending of this.#mailbox.empty()) pending.fail(answer);
      },
    );
  }

  /**
   * Why the entity cannot be read yet: what the store was given for it may be stored later than the read. Whoever asks
   * what became of a command would be told that it did not happen, and then it would.
   */
  #hung(): EgoError | undefined {
    const own = (item: { readonly entityType: string; readonly entityId: string }) =>
      item.entityId === this.id && item.entityType === this.entity.name;
    const { appends, changes } = this.host;
    return this.entity.table.kind === "durable" ? changes?.hung(own) : appends.of(this.#shard).hung(own);
  }

  #read(): Promise<Version> {
    const { telemetry } = this.host;
    if (!telemetry) return this.reader.read();
    const cause = this.#mailbox.first?.telemetry;
    return readTraced(telemetry, this.entity.name, this.id, cause, () => this.reader.read());
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
      this.takeOff(pending);
      this.#replyUnchanged(pending, version);
      return;
    }
    if (pending.mayRepeat && answerRepeated(this, this, pending, version)) return;
    const { expectedRevision } = pending.options;
    if (expectedRevision !== undefined && expectedRevision !== version.revision) {
      this.takeOff(pending);
      this.#failLater(pending, version, this.failures.wrongRevision(version.revision, expectedRevision));
      return;
    }
    let decided: Decided | Promise<Decided>;
    // A handler may send its own entity a command: that one has to wait.
    this.#busy = true;
    try {
      decided = this.#decide(pending, command, message, version);
    } catch (cause) {
      this.#busy = false;
      this.takeOff(pending);
      this.#failLater(pending, version, EgoError.from(cause));
      return;
    }
    if (decided instanceof Promise) {
      this.#awaitHandler(pending, version, decided);
      return;
    }
    this.#busy = false;
    this.takeOff(pending);
    this.#accept(pending, version, decided);
  }

  #decide(
    pending: PendingCommand,
    command: CompiledCommand,
    message: Message,
    version: Version,
  ): Decided | Promise<Decided> {
    const situation = {
      entityId: this.id,
      state: version.state,
      revision: version.revision,
      commandId: pending.commandId,
      metadata: pending.options.metadata,
      now: this.host.timing.now,
      newId: this.host.newId,
      caller: pending,
    };
    const { limits } = this.host;
    if (!pending.telemetry) return decide(this.entity, command, message, situation, version.exists, limits);
    return decideTraced(pending.telemetry, version.revision, () =>
      decide(this.entity, command, message, situation, version.exists, limits),
    );
  }

  #awaitHandler(pending: PendingCommand, version: Version, deciding: Promise<Decided>): void {
    // Should its state turn out not to be true, it is decided again.
    if (this.#mailbox.first !== pending) this.#mailbox.putBack([pending]);
    const run = new HandlerRun(pending);
    this.#running = run;
    const conclude = (next: () => void) => {
      this.#running = undefined;
      this.takeOff(pending);
      next();
    };
    this.#await(
      run.counting(deciding),
      (decided) => conclude(() => this.#accept(pending, version, decided)),
      (cause) => conclude(() => this.#failLater(pending, version, EgoError.from(cause))),
    );
  }

  /** Goes on without the handler that is running: its caller gave up, or the state that it was given is not true. */
  #interrupt(): void {
    if (!this.#running) return;
    this.#running.interrupted = true;
    this.#running = undefined;
    this.#busy = false;
  }

  #givenUp(pending: PendingCommand): void {
    // It takes no place of those that wait.
    this.takeOff(pending);
    if (this.#running?.pending !== pending) return;
    this.#interrupt();
    this.#pump();
  }

  #accept(pending: PendingCommand, version: Version, decided: Decided): void {
    switch (decided.kind) {
      case "kept":
        this.#replyUnchanged(pending, version);
        break;
      case "rejected":
        this.#answerUnchanged(pending, version, () => pending.resolve(new Refusal(decided.name, decided.rejection)));
        break;
      case "events":
        this.#store(writeEvents(this, this.#shard, pending, version, decided.events, decided.state));
        break;
      case "saved":
        this.#store(writeState(this, this.#shard, pending, version, decided.state, decided.payload));
        break;
      case "removed":
        // To remove what is not there is a no-op.
        if (version.exists) this.#store(writeState(this, this.#shard, pending, version, null, noBytes));
        else this.#replyUnchanged(pending, version);
    }
  }

  // ---------------------------------------------------------------- storing

  #store({ flight, after }: Written): void {
    this.#tentative = after;
    this.flights.add(flight);
  }

  stored({ kind }: Flight): void {
    // It has the revision that the store would have needed for what it failed with.
    if (kind === "store") this.#inDoubt = false;
    this.flights.answerDurable();
    if (!this.#tentative) this.#pump();
  }

  /** Another writer was first: reads the entity again, and decides again all that was built on what is not true. */
  refused(flight: Flight): void {
    const again = this.#withdrawFrom(flight).filter((pending) => !pending.settled);
    if (++flight.pending.conflicts > maxConflicts && !flight.pending.settled) {
      flight.pending.fail(this.failures.changedByOthers(flight.pending.conflicts));
    }
    this.putBack(again);
  }

  /** The new state itself cannot be stored: tells its caller, and decides again what was built on it. */
  invalid(flight: Flight, failure: EgoError): void {
    const [, ...again] = this.#withdrawFrom(flight);
    flight.pending.fail(failure);
    this.putBack(again);
  }

  /** The store failed: tells all whose command was built on what may not be there. */
  failed(flight: Flight, cause: EgoError): void {
    this.host.report(cause, flight.pending);
    if (flight.kind === "store" && flight.sent) this.#inDoubt = true;
    for (const pending of this.#withdrawFrom(flight)) {
      // Behind a check nothing was sent.
      pending.fail(flight.kind === "check" ? cause : this.failures.notKnownWhetherStored(pending, cause));
    }
    this.#pump();
  }

  /** Takes back a flight and all after it, and forgets the state that they led to. */
  #withdrawFrom(flight: Flight): readonly PendingCommand[] {
    this.#tentative = undefined;
    this.memory.forget();
    this.#interrupt();
    return this.flights.withdrawFrom(flight);
  }

  // ---------------------------------------------------------------- answering

  #failLater(pending: PendingCommand, version: Version, failure: EgoError): void {
    if (failure.code === "handler_failed" || failure.code === "internal") this.host.report(failure, pending);
    this.#answerUnchanged(pending, version, () => pending.fail(failure));
  }

  #replyUnchanged(pending: PendingCommand, version: Version): void {
    this.#answerUnchanged(pending, version, () => reply(this.entity, pending, version, 0, this.host.timing.now()));
  }

  /** Answers what stores nothing, if the entity still is what it was decided on. */
  #answerUnchanged(pending: PendingCommand, { revision }: Version, answer: () => void): void {
    // What was read after the command came is fresh enough for it, and so is what this entity stored on top of that.
    if (pending.order <= this.#readAt || !(this.#inDoubt || this.host.verifies())) {
      this.flights.answerLater(pending, answer);
      return;
    }
    const check: HeadCheck = { entityType: this.entity.name, entityId: this.id, revision };
    this.flights.add(new Flight("check", this, pending, check, this.host.checks, 0, answer));
  }

  // ---------------------------------------------------------------- repeated commands

  readAgain(pending: PendingCommand): void {
    if (this.flights.size === 0) {
      this.#tentative = undefined;
      this.memory.forget();
    }
    // What is in flight is refused: then all that was decided is decided again, and this with it.
    this.flights.answerLater(pending, () => this.putBack([pending]));
  }

  putBack(pendings: readonly PendingCommand[]): void {
    this.#mailbox.putBack(pendings);
    this.#pump();
  }

  loadMemory(pending: PendingCommand, version: Version): void {
    this.#await(
      this.memory.load(version.revision),
      () => {
        // The entity is to be read again: then what it remembers is too.
        if (!this.#tentative) this.memory.forget();
      },
      (cause) => {
        this.takeOff(pending);
        pending.fail(storeFailure(cause));
      },
    );
  }
}
