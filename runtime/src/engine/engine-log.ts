import type { Logger } from "../entity/host.ts";
import type { PendingCommand } from "../entity/pending-command.ts";
import type { EgoError } from "../error/ego-error.ts";
import { textOf } from "../error/text-of.ts";
import { consoleLogger } from "./console-logger.ts";

type Facts = Readonly<Record<string, unknown>>;

/** What an engine tells its operator. A logger that fails keeps nobody from an answer. */
export class EngineLog {
  readonly #logger: Logger;
  #telemetryFailed = false;

  constructor(logger: Logger = consoleLogger) {
    this.#logger = logger;
  }

  warn(message: string, facts: Facts): void {
    this.#write("warn", message, facts);
  }

  info(message: string, facts: Facts): void {
    this.#write("info", message, facts);
  }

  failure(failure: EgoError, command?: PendingCommand): void {
    const { code, message, details } = failure;
    this.#write("error", message, { code, ...details, ...factsOf(command), failure });
  }

  /** Says it once: it may be thrown for every command. */
  telemetryFailed(failure: unknown): void {
    if (this.#telemetryFailed) return;
    this.#telemetryFailed = true;
    const message = `The telemetry failed, and traces and metrics may be missing: ${textOf(failure)}`;
    this.#write("warn", message, { failure });
  }

  #write(level: "error" | "warn" | "info", message: string, facts: Facts): void {
    try {
      this.#logger[level]?.(message, facts);
    } catch (cause) {
      consoleLogger.error(message, { code: facts.code, cause });
    }
  }
}

/** What leads from a line of the log to the command, its conversation and its trace. */
function factsOf(command: PendingCommand | undefined): Facts {
  if (!command) return {};
  const { commandId } = command;
  const { correlationId = commandId, traceparent } = command.options.metadata ?? {};
  const traceId = traceparent?.split("-")[1];
  return { commandId, correlationId, ...(traceId === undefined ? {} : { traceId }) };
}
