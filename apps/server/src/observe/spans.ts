import type { Attributes } from "@opentelemetry/api";

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
