import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanContext,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { EgoError } from "../error/ego-error.ts";
import type { Metrics } from "./otel-metrics.ts";
import { endWithFailure, outcomeOf, spanContextOf, traceContextOf } from "./otel-trace.ts";
import type { Activity, CommandAnswer, CommandFacts, CommandTelemetry, Decision, TraceContext } from "./telemetry.ts";

/** The spans of one command: `ego.send_command`, and in it `ego.command` each time that it is decided. */
export class OtelCommand implements CommandTelemetry {
  /** With the span `ego.send_command` in it. */
  readonly context: Context;
  readonly #tracer: Tracer;
  readonly #metrics: Metrics;
  readonly #facts: CommandFacts;
  readonly #sent: number = performance.now();
  readonly #span: Span;
  #decision: OtelDecision | undefined;

  constructor(tracer: Tracer, metrics: Metrics, facts: CommandFacts) {
    this.#tracer = tracer;
    this.#metrics = metrics;
    this.#facts = facts;
    const active = context.active();
    const given = facts.metadata && spanContextOf(facts.metadata);
    const hasParent = trace.getSpanContext(active) !== undefined;
    const parent = given && !hasParent ? trace.setSpanContext(active, given) : active;
    this.#span = tracer.startSpan(
      "ego.send_command",
      { attributes: this.#attributes(), ...(given && hasParent ? { links: [{ context: given }] } : {}) },
      parent,
    );
    this.context = trace.setSpan(parent, this.#span);
  }

  get trace(): TraceContext | undefined {
    return traceContextOf(this.#span);
  }

  /** Of the span that what it stores comes from. */
  get spanContext(): SpanContext {
    return (this.#decision?.span ?? this.#span).spanContext();
  }

  deciding(revision: number): Activity<Decision> {
    const attributes = { ...this.#attributes(), "ego.revision": revision };
    const span = this.#tracer.startSpan("ego.command", { attributes }, this.context);
    this.#decision = new OtelDecision(span, trace.setSpan(this.context, span));
    return this.#decision;
  }

  answered(answer: CommandAnswer | EgoError): void {
    const outcome = outcomeOf(answer);
    const { entity, commandType } = this.#facts;
    this.#metrics.commandAnswered(
      { "ego.entity": entity, "ego.command_type": commandType, ...outcome },
      performance.now() - this.#sent,
    );
    // A handler that goes on after its caller gave up.
    if (answer instanceof EgoError) this.#decision?.ended(answer);
    this.#span.setAttributes(outcome);
    if (answer instanceof EgoError) {
      endWithFailure(this.#span, answer);
      return;
    }
    if (answer.outcome === "accepted") {
      this.#span.setAttribute("ego.revision", answer.revision);
      if (answer.repeated) this.#span.setAttribute("ego.repeated", true);
    }
    this.#span.end();
  }

  #attributes(): Attributes {
    const { entity, entityId, commandType, commandId, metadata } = this.#facts;
    return {
      "ego.entity": entity,
      "ego.entity_id": entityId,
      "ego.command_type": commandType,
      "ego.command_id": commandId,
      "ego.correlation_id": metadata?.correlationId ?? commandId,
    };
  }
}

/** The span `ego.command`. */
class OtelDecision implements Activity<Decision> {
  readonly span: Span;
  readonly #context: Context;
  #ended = false;

  constructor(span: Span, within: Context) {
    this.span = span;
    this.#context = within;
  }

  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  ended(result: Decision | EgoError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.span.setAttributes(outcomeOf(result));
    if (result instanceof EgoError) {
      endWithFailure(this.span, result);
      return;
    }
    if (result.outcome === "accepted") this.span.setAttribute("ego.events", result.events);
    this.span.end();
  }
}
