import {
  type Attributes,
  createTraceState,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanStatusCode,
} from "@opentelemetry/api";
import type { CommandMetadata } from "../codegen/metadata.ts";
import { EgoError } from "../error/ego-error.ts";
import type { CommandAnswer, Decision, TraceContext } from "./telemetry.ts";

/** The trace that metadata names; undefined if it names none. */
export function spanContextOf({ traceparent, tracestate }: CommandMetadata): SpanContext | undefined {
  if (typeof traceparent !== "string") return undefined;
  const [, traceId = "", spanId = "", flags = ""] = traceparent.split("-");
  const spanContext: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(typeof tracestate === "string" ? { traceState: createTraceState(tracestate) } : {}),
  };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** A span as metadata names it; undefined where nothing is traced. */
export function traceContextOf(span: Span): TraceContext | undefined {
  const spanContext = span.spanContext();
  if (!isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = spanContext;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

/** What became of something, as attributes of few values. */
export function outcomeOf(result: CommandAnswer | Decision | EgoError): Attributes {
  if (result instanceof EgoError) return { "ego.outcome": result.code };
  if (result.outcome === "rejected") return { "ego.outcome": "rejected", "ego.rejection": result.rejection };
  return { "ego.outcome": "accepted" };
}

/** Ends a span with a failure: with the cause, which is what an operator looks for. */
export function endWithFailure(span: Span, failure: EgoError): void {
  span.setAttribute("error.type", failure.code);
  span.recordException(failure.cause instanceof Error ? failure.cause : failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
  span.end();
}
