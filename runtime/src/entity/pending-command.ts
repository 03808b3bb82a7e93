import { type Message, toBinary } from "@bufbuild/protobuf";
import type { Timing } from "../clock/clock.ts";
import type { Reply, SendOptions } from "../codegen/client.ts";
import { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { fnv1a64 } from "../journal/hash.ts";
import type { CommandAnswer, CommandTelemetry } from "../telemetry/telemetry.ts";
import type { CompiledCommand } from "./compiled-entity.ts";

/** The answer to a command: a reply, or a rejection. Failures reject the promise. */
export type Answer = Reply<Message> | Refusal;

/** A rejection on its way to the caller, who decides whether it is thrown or returned. */
export class Refusal {
  readonly name: string;
  readonly rejection: Message;

  constructor(name: string, rejection: Message) {
    this.name = name;
    this.rejection = rejection;
  }
}

const encoder = new TextEncoder();

/** A command on its way through an entity, from the caller to its answer. */
export class PendingCommand {
  /** Undefined for a read: a command that decides nothing, and waits for what is in flight before it. */
  readonly command: CompiledCommand | undefined;
  /** Frozen. */
  readonly message: Message | undefined;
  readonly commandId: string;
  readonly options: SendOptions;
  readonly answer: Promise<Answer>;
  readonly telemetry: CommandTelemetry | undefined;
  /** Which of all commands it is that were given to entities. */
  order = 0;
  /** How often the entity had to be reloaded because another writer was first. */
  conflicts = 0;
  /** Answered, or given up by the caller: nothing is decided any more. */
  settled = false;

  #resolve!: (answer: Answer) => void;
  #reject!: (failure: EgoError) => void;
  #fingerprint: bigint | undefined;
  #controller: AbortController | undefined;
  /** Why the caller is told nothing more: it gave up. */
  #givenUp: EgoError | undefined;
  #cancelTimer: (() => void) | undefined;
  #onAbort: (() => void) | undefined;
  readonly #onSettled: () => void;

  constructor(
    command: CompiledCommand | undefined,
    message: Message | undefined,
    commandId: string,
    options: SendOptions,
    onSettled: () => void,
    telemetry?: CommandTelemetry,
  ) {
    this.command = command;
    this.message = message;
    this.commandId = commandId;
    this.options = options;
    this.#onSettled = onSettled;
    this.telemetry = telemetry;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether the caller chose the command id: only then can it come again. */
  get mayRepeat(): boolean {
    return this.options.commandId !== undefined;
  }

  /**
   * What the command says, as a number: its type, content and actor.
   *
   * @throws EgoError `invalid_argument` the first time, if the command cannot be encoded
   */
  get fingerprint(): bigint | undefined {
    if (!this.mayRepeat || !this.command || !this.message) return undefined;
    this.#fingerprint ??= fingerprintOf(this.command, this.message, this.options.metadata?.actor);
    return this.#fingerprint;
  }

  /** Whether the caller may give up before the answer: then somebody has to `watch`. */
  get mayBeGivenUp(): boolean {
    return this.options.timeoutMs !== undefined || this.options.signal !== undefined;
  }

  /** Starts the clock of the command's deadline. `onGivenUp` is called when the caller gives up before the answer. */
  watch({ after }: Timing, onGivenUp: () => void): void {
    const { timeoutMs, signal } = this.options;
    const giveUp = (what: string, cause?: unknown) => {
      if (this.settled) return;
      const failure = new EgoError(
        "deadline_exceeded",
        `${what} before the command was answered. Whether it was carried out is not known; send it again under the command id ${JSON.stringify(this.commandId)} to find out.`,
        { cause, details: { commandId: this.commandId } },
      );
      this.fail(failure);
      this.#givenUp = failure;
      this.#controller?.abort(failure);
      onGivenUp();
    };
    if (timeoutMs !== undefined) this.#cancelTimer = after(timeoutMs, () => giveUp(`${timeoutMs} ms passed`));
    if (signal) {
      this.#onAbort = () => giveUp("The caller's signal aborted", signal.reason);
      if (signal.aborted) this.#onAbort();
      else signal.addEventListener("abort", this.#onAbort, { once: true });
    }
  }

  /** Aborts when the caller gives up. Made when a handler asks for it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      // A handler may ask only when it has waited for something else, and nobody waits for it any more.
      if (this.#givenUp) this.#controller.abort(this.#givenUp);
    }
    return this.#controller.signal;
  }

  resolve(answer: Answer): void {
    if (!this.#settle()) return;
    this.#resolve(answer);
    this.telemetry?.answered(toldOf(answer));
  }

  fail(failure: EgoError): void {
    if (!this.#settle()) return;
    this.#reject(failure);
    this.telemetry?.answered(failure);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#cancelTimer?.();
    if (this.#onAbort) this.options.signal?.removeEventListener("abort", this.#onAbort);
    this.#onSettled();
    return true;
  }
}

function toldOf(answer: Answer): CommandAnswer {
  if (answer instanceof Refusal) return { outcome: "rejected", rejection: answer.name };
  return { outcome: "accepted", revision: answer.revision, repeated: answer.repeated };
}

function fingerprintOf(command: CompiledCommand, message: Message, actor = ""): bigint {
  const content = encoded(command, message);
  const head = encoder.encode(`${command.descriptor.typeName}\0${actor}\0`);
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  const [high, low] = fnv1a64(bytes);
  return (BigInt(high) << 32n) | BigInt(low);
}

function encoded(command: CompiledCommand, message: Message): Uint8Array {
  try {
    return toBinary(command.descriptor, command.shape.flat ? message : command.shape.copy(message, true));
  } catch (cause) {
    const what = textOf(cause);
    throw new EgoError("invalid_argument", `${command.descriptor.typeName} cannot be encoded: ${what}`, {
      cause,
      details: { type: command.descriptor.typeName },
    });
  }
}
