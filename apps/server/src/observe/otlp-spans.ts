import {
  context,
  propagation,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
import type { Spans } from "./spans.ts";

/** Spans exported over OTLP. Load this module with `import()`, only where tracing is on. */
export function createSpans(options: {
  endpoint: string;
  serviceName: string;
  /** Share of traces kept, 0 to 1. */
  ratio: number;
}): Spans {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/$/, "")}/v1/traces`,
  });
  // Any client can set the sampling flag, so the server decides by the trace's id alone.
  const sampled = new TraceIdRatioBasedSampler(options.ratio);
  const provider = new NodeTracerProvider({
    sampler: new ParentBasedSampler({
      root: sampled,
      remoteParentSampled: sampled,
      remoteParentNotSampled: sampled,
    }),
    resource: resourceFromAttributes({ "service.name": options.serviceName }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  const tracer = provider.getTracer(options.serviceName);

  const finish = (span: Span, error?: unknown) => {
    if (error !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
    }
    span.end();
  };

  return {
    run(name, attributes, work, traceparent) {
      const active = context.active();
      const parent =
        traceparent === undefined ? active : propagation.extract(active, { traceparent });
      return tracer.startActiveSpan(name, { attributes }, parent, async (span) => {
        try {
          const result = await work();
          finish(span);
          return result;
        } catch (error) {
          finish(span, error);
          throw error;
        }
      });
    },
    traceparent() {
      const span = trace.getActiveSpan()?.spanContext();
      if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
      return `00-${span.traceId}-${span.spanId}-01`;
    },
    shutdown: () => provider.shutdown(),
  };
}
