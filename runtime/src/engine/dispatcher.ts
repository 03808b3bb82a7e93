import type { SendOptions } from "../codegen/client.ts";
import type { CompiledCommand } from "../entity/compiled-entity.ts";
import { EntityActor } from "../entity/entity-actor.ts";
import { PendingCommand } from "../entity/pending-command.ts";
import { EgoError } from "../error/ego-error.ts";
import { shardOf } from "../journal/hash.ts";
import type { CommandTelemetry, Telemetry } from "../telemetry/telemetry.ts";
import { messageOf } from "./command-message.ts";
import type { Kind } from "./kinds.ts";
import type { Limits } from "./options.ts";
import type { Passivation } from "./passivation.ts";
import { checkSendOptions, noSendOptions, ownSendOptions } from "./send-options.ts";
import { SentCommand } from "./sent-command.ts";

/** What sending a command needs of its engine. */
export interface DispatcherOptions {
  readonly limits: Limits;
  readonly newId: () => string;
  readonly telemetry: Telemetry | undefined;
  readonly passivation: Passivation;
  /** How many shards the journal has. */
  readonly shardCount: number;
}

/** Gives commands to the entities that they are for, and knows how many are not answered yet. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #underWay = 0;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Commands that are not answered yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Takes no more commands. Resolves when those under way were answered. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Sends a command. Whoever calls this has checked the id: a client when it was made. */
  send(
    kind: Kind,
    command: CompiledCommand,
    entityId: string,
    fields: object | undefined,
    options: SendOptions = noSendOptions,
  ): SentCommand {
    const { limits, newId } = this.#options;
    let sent: PendingCommand["answer"];
    let telemetry: CommandTelemetry | undefined;
    try {
      const commandId = options.commandId ?? newId();
      telemetry = this.#options.telemetry?.commandSent({
        entity: kind.compiled.name,
        entityId,
        commandType: command.descriptor.typeName,
        commandId,
        metadata: options.metadata,
      });
      checkSendOptions(options, limits.maxMetadataBytes);
      const message = messageOf(command, entityId, fields, limits.maxPayloadBytes);
      const own = ownSendOptions(options, telemetry?.trace);
      sent = this.#dispatch(
        kind,
        entityId,
        new PendingCommand(command, message, commandId, own, this.#onSettled, telemetry),
      );
    } catch (cause) {
      const failure = EgoError.from(cause);
      telemetry?.answered(failure);
      sent = Promise.reject(failure);
    }
    return new SentCommand(sent, kind.compiled.name, entityId, command.name);
  }

  /**
   * Asks for the state of an entity, after all commands that were sent before.
   *
   * @throws EgoError `unavailable` if the engine is stopping, or too much is under way
   */
  ask(kind: Kind, entityId: string): PendingCommand["answer"] {
    const { newId } = this.#options;
    return this.#dispatch(kind, entityId, new PendingCommand(undefined, undefined, newId(), {}, this.#onSettled));
  }

  #dispatch(kind: Kind, entityId: string, pending: PendingCommand): PendingCommand["answer"] {
    const { limits, passivation, shardCount } = this.#options;
    if (this.#closed) throw new EgoError("unavailable", "The engine is stopping.");
    if (this.#underWay >= limits.maxCommands) {
      const what = `${this.#underWay} commands are under way, and maxCommands is ${limits.maxCommands}. Try again later.`;
      throw new EgoError("unavailable", what);
    }
    // Made while there is a caller to be told that the command cannot be encoded.
    void pending.fingerprint;
    let actor = kind.actors.get(entityId);
    if (!actor) {
      passivation.expect(kind);
      actor = new EntityActor(kind.compiled, entityId, shardOf(kind.compiled.name, entityId, shardCount), kind.host);
      kind.actors.set(entityId, actor);
    }
    this.#underWay++;
    try {
      actor.take(pending);
    } catch (cause) {
      // As a clock that throws: the caller is told, and the command counts no more.
      pending.fail(EgoError.from(cause));
    }
    return pending.answer;
  }

  readonly #onSettled = (): void => {
    if (--this.#underWay === 0) this.#idle?.();
  };
}
