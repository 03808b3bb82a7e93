import { type Attributes, context, type Meter, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A span as a test compares it: others are named, not numbered. */
export interface SeenSpan {
  readonly name: string;
  /** The name of its parent, and `remote` if that is none of the spans seen. */
  readonly parent?: string;
  readonly links?: readonly string[];
  readonly attributes: Attributes;
  /** The message of its error. */
  readonly error?: string;
  /** Messages of the exceptions recorded in it. */
  readonly exceptions?: readonly (string | undefined)[];
}

/** One value of a metric. */
export interface SeenValue {
  readonly attributes: Attributes;
  readonly value: unknown;
}

/** The SDK of OpenTelemetry, which keeps what it is told in memory. */
export interface OtelSdk {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** The spans that have ended, in that order. */
  spans(): readonly ReadableSpan[];
  /** The same, to be compared. */
  seen(): readonly SeenSpan[];
  /** Forgets the spans. */
  reset(): void;
  /** What a metric says now. */
  metric(name: string): Promise<readonly SeenValue[]>;
}

/** Sets it up, for one test. */
export function otelSdk(sampler?: Sampler): OtelSdk {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const reader = new Reader();
  return {
    tracer: new TracerProvider({ spanProcessors, ...(sampler ? { sampler } : {}) }).getTracer("test"),
    meter: new MeterProvider({ readers: [reader] }).getMeter("test"),
    spans: () => exporter.getFinishedSpans(),
    seen: () => seenOf(exporter.getFinishedSpans()),
    reset: () => exporter.reset(),
    async metric(name) {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      const points: readonly SeenValue[] = metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
      return points.map(({ attributes, value }) => ({ attributes, value }));
    },
  };
}

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

function seenOf(spans: readonly ReadableSpan[]): readonly SeenSpan[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const nameOf = (spanId: string) => names.get(spanId) ?? "remote";
  return spans.map(({ name, parentSpanContext, links, attributes, status, events }) => ({
    name,
    ...(parentSpanContext ? { parent: nameOf(parentSpanContext.spanId) } : {}),
    ...(links.length > 0 ? { links: links.map((link) => nameOf(link.context.spanId)) } : {}),
    attributes,
    ...(status.code === SpanStatusCode.ERROR ? { error: status.message ?? "" } : {}),
    ...(events.length > 0
      ? { exceptions: events.map((event) => event.attributes?.["exception.message"] as string) }
      : {}),
  }));
}
