import type { Logger } from "../entity/host.ts";

/** The part of a [pino](https://getpino.io) logger that is used. */
export interface PinoLike {
  error(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  info(facts: object, message: string): void;
}

/**
 * Writes what an engine tells to a pino logger: facts as fields, an error under `err`, which pino's serializer knows, and
 * the trace under `trace_id`, the name that OpenTelemetry has for it in logs.
 *
 * ```ts
 * const engine = await Engine.start({ store, entities, logger: pinoLogger(pino()) });
 * ```
 */
export function pinoLogger(pino: PinoLike): Logger {
  return {
    error: (message, facts) => pino.error(fieldsOf(facts), message),
    warn: (message, facts) => pino.warn(fieldsOf(facts), message),
    info: (message, facts) => pino.info(fieldsOf(facts), message),
  };
}

function fieldsOf({ failure, traceId, ...facts }: Readonly<Record<string, unknown>>): object {
  return {
    ...facts,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(failure === undefined ? {} : { err: failure }),
  };
}
