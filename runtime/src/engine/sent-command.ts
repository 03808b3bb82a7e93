import type { Outcome, Reply, Sent } from "../codegen/client.ts";
import { type Answer, Refusal } from "../entity/pending-command.ts";
import { RejectedError } from "../error/rejected-error.ts";

/**
 * A command under way, as its caller sees it. Not a native promise: one that rejects when the domain refuses would be
 * an unhandled rejection for a caller who only asks for the outcome.
 */
export class SentCommand implements Sent<unknown, { readonly [name: string]: unknown }> {
  readonly #answer: Promise<Answer>;
  readonly #entity: string;
  readonly #entityId: string;
  readonly #command: string;

  constructor(answer: Promise<Answer>, entity: string, entityId: string, command: string) {
    this.#answer = answer;
    this.#entity = entity;
    this.#entityId = entityId;
    this.#command = command;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise is what it is
  then<Ok = Reply<unknown>, Failed = never>(
    onFulfilled?: ((reply: Reply<unknown>) => Ok | PromiseLike<Ok>) | null,
    onRejected?: ((failure: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Ok | Failed> {
    return this.#answer.then((answer): Ok | PromiseLike<Ok> | Failed | PromiseLike<Failed> => {
      if (!(answer instanceof Refusal)) return onFulfilled ? onFulfilled(answer) : (answer as Ok);
      const failure = new RejectedError(answer.name, answer.rejection, this.#entity, this.#entityId, this.#command);
      if (onRejected) return onRejected(failure);
      throw failure;
    }, onRejected);
  }

  catch<Failed = never>(
    onRejected?: ((failure: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Reply<unknown> | Failed> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Reply<unknown>> {
    return this.then().finally(onFinally);
  }

  outcome(): Promise<Outcome<unknown, { readonly [name: string]: unknown }>> {
    return this.#answer.then((answer) =>
      answer instanceof Refusal
        ? { case: answer.name, rejection: answer.rejection }
        : { case: "accepted" as const, ...answer },
    );
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }
}
