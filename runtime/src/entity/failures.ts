import { EgoError } from "../error/ego-error.ts";
import type { PendingCommand } from "./pending-command.ts";

/** What an entity says when it cannot carry out a command. */
export class EntityFailures {
  readonly #entity: string;
  readonly #entityId: string;

  constructor(entity: string, entityId: string) {
    this.#entity = entity;
    this.#entityId = entityId;
  }

  mailboxFull(maxMailbox: number): EgoError {
    return this.#failure(
      "unavailable",
      `has ${maxMailbox} commands waiting, and maxMailbox is ${maxMailbox}. Try again later.`,
      {},
    );
  }

  wrongRevision(revision: number, expectedRevision: number): EgoError {
    return this.#failure("conflict", `is at revision ${revision}, and the command expects ${expectedRevision}`, {
      revision,
      expectedRevision,
    });
  }

  changedByOthers(times: number): EgoError {
    return this.#failure(
      "conflict",
      `was changed by another writer ${times} times while the command was decided. Try again later.`,
      {},
    );
  }

  notKnownWhetherStored({ commandId }: PendingCommand, cause: EgoError): EgoError {
    return new EgoError(
      cause.retryable ? "unavailable" : cause.code,
      `${this.#label}: it is not known whether the command was stored. Send it again under the command id ${JSON.stringify(commandId)}. ${cause.message}`,
      { cause, details: { ...this.#names, commandId } },
    );
  }

  otherContent({ commandId }: PendingCommand): EgoError {
    return this.#failure(
      "invalid_argument",
      `has carried out another command under the id ${JSON.stringify(commandId)}. A command id belongs to one command: use a new one.`,
      { commandId },
    );
  }

  get #label(): string {
    return `${this.#entity} ${JSON.stringify(this.#entityId)}`;
  }

  get #names(): { readonly entity: string; readonly entityId: string } {
    return { entity: this.#entity, entityId: this.#entityId };
  }

  #failure(
    code: "unavailable" | "conflict" | "invalid_argument",
    what: string,
    details: Readonly<Record<string, string | number>>,
  ): EgoError {
    return new EgoError(code, `${this.#label} ${what}`, { details: { ...this.#names, ...details } });
  }
}
