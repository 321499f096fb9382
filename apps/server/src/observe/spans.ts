import type { Attributes, Span } from "@opentelemetry/api";

/** Runs work inside a span. Without an exporter it just runs the work. */
export interface Spans {
  run<Result>(
    name: string,
    attributes: Attributes,
    work: () => Promise<Result>,
    /** W3C trace context of the caller, at the edge. */
    traceparent?: string,
  ): Promise<Result>;
  /** W3C trace context of the span under way; undefined when nothing is traced. */
  traceparent(): string | undefined;
  shutdown(): Promise<void>;
}

export const noSpans: Spans = {
  run: (_name, _attributes, work) => work(),
  traceparent: () => undefined,
  shutdown: async () => {},
};

/** Spans over OTLP; its packages are loaded only where there is somewhere to send them to. */
export async function createSpans(options: {
  endpoint: string;
  serviceName: string;
  /** Share of traces kept, 0 to 1. */
  ratio: number;
}): Promise<Spans> {
  const [api, { OTLPTraceExporter }, { resourceFromAttributes }, node] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/sdk-trace-node"),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/$/, "")}/v1/traces`,
  });
  // The caller's flag is anyone's: which traces are kept is decided here, by their id.
  const sampled = new node.TraceIdRatioBasedSampler(options.ratio);
  const provider = new node.NodeTracerProvider({
    sampler: new node.ParentBasedSampler({
      root: sampled,
      remoteParentSampled: sampled,
      remoteParentNotSampled: sampled,
    }),
    resource: resourceFromAttributes({ "service.name": options.serviceName }),
    spanProcessors: [new node.BatchSpanProcessor(exporter)],
  });
  provider.register();
  const tracer = provider.getTracer(options.serviceName);

  const finish = (span: Span, error?: unknown) => {
    if (error !== undefined) {
      span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
    }
    span.end();
  };

  return {
    run(name, attributes, work, traceparent) {
      const active = api.context.active();
      const parent =
        traceparent === undefined ? active : api.propagation.extract(active, { traceparent });
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
      const span = api.trace.getActiveSpan()?.spanContext();
      if (span === undefined || (span.traceFlags & api.TraceFlags.SAMPLED) === 0) return undefined;
      return `00-${span.traceId}-${span.spanId}-01`;
    },
    shutdown: () => provider.shutdown(),
  };
}
