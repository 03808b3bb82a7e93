import {
  context,
  isSpanContextValid,
  type Meter,
  metrics,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { EgoError } from "../error/ego-error.ts";
import { OtelCommand } from "./otel-command.ts";
import { Metrics } from "./otel-metrics.ts";
import { endWithFailure } from "./otel-trace.ts";
import type { Activity, CommandTelemetry, ProjectionFacts, StoredFacts, Telemetry } from "./telemetry.ts";

/** Where traces and metrics go. */
export interface OtelOptions {
  /** Default: that of the global tracer provider, named `@ego/runtime`. */
  readonly tracer?: Tracer;
  /** Default: that of the global meter provider, named `@ego/runtime`. */
  readonly meter?: Meter;
}

/**
 * Hands what an engine does to OpenTelemetry: spans for commands, appends and replays, and metrics. Set up the SDK of
 * OpenTelemetry before, as its documentation says; without one, this does nothing.
 *
 * ```ts
 * const engine = await Engine.start({ store, entities, telemetry: otel() });
 * ```
 */
export function otel(options: OtelOptions = {}): Telemetry {
  const tracer = options.tracer ?? trace.getTracer("@ego/runtime");
  const instruments = new Metrics(options.meter ?? metrics.getMeter("@ego/runtime"));
  return {
    started: (activeEntities, projections) => instruments.engineStarted(activeEntities, projections),
    commandSent: (facts) => new OtelCommand(tracer, instruments, facts),
    reading: (entity, entityId, cause) => reading(tracer, entity, entityId, cause),
    storing: (batch) => storing(tracer, instruments, batch),
    projecting: (facts) => projecting(tracer, instruments, facts),
  };
}

function reading(
  tracer: Tracer,
  entity: string,
  entityId: string,
  cause: CommandTelemetry | undefined,
): Activity<number> {
  const attributes = { "ego.entity": entity, "ego.entity_id": entityId };
  const parent = cause instanceof OtelCommand ? cause.context : context.active();
  const span = tracer.startSpan("ego.replay", { attributes }, parent);
  return {
    run: (work) => context.with(trace.setSpan(parent, span), work),
    ended: (result) =>
      end(span, result, (revision) => {
        span.setAttribute("ego.revision", revision);
      }),
  };
}

/** A transaction has commands of many callers: a trace of its own, with a link to each. */
function storing(tracer: Tracer, instruments: Metrics, batch: readonly StoredFacts[]): Activity<readonly boolean[]> {
  const links = batch.flatMap(({ command }) =>
    command instanceof OtelCommand && isSpanContextValid(command.spanContext) ? [{ context: command.spanContext }] : [],
  );
  const events = batch.reduce((sum, facts) => sum + facts.events, 0);
  const attributes = { "ego.commands": batch.length, "ego.events": events };
  const span = tracer.startSpan("ego.append", { attributes, links }, ROOT_CONTEXT);
  return {
    run: (work) => context.with(trace.setSpan(ROOT_CONTEXT, span), work),
    ended: (result) =>
      end(span, result, (stored) => {
        span.setAttribute("ego.refused", stored.filter((one) => !one).length);
        instruments.batchStored(batch, stored);
      }),
  };
}

/** A transaction has events of many commands: a trace of its own. */
function projecting(tracer: Tracer, instruments: Metrics, facts: ProjectionFacts): Activity<number> {
  const attributes = { "ego.projection": facts.projection, "ego.version": facts.version };
  const span = tracer.startSpan("ego.project", { attributes }, ROOT_CONTEXT);
  return {
    run: (work) => context.with(trace.setSpan(ROOT_CONTEXT, span), work),
    ended: (result) =>
      end(span, result, (events) => {
        span.setAttribute("ego.events", events);
        instruments.eventsProjected(facts, events);
      }),
  };
}

function end<Result>(span: Span, result: Result | EgoError, note: (result: Result) => void): void {
  if (result instanceof EgoError) {
    endWithFailure(span, result);
    return;
  }
  note(result);
  span.end();
}
