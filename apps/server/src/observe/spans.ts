import type { Attributes } from "@opentelemetry/api";

/** Runs work inside spans. Without an exporter the work runs without one. */
export interface Spans {
  run<Result>(
    name: string,
    attributes: Attributes,
    work: () => Promise<Result>,
    /** W3C trace context of the caller, where a request enters the server. */
    traceparent?: string,
  ): Promise<Result>;
  /** W3C trace context of the current span; undefined when nothing is traced. */
  traceparent(): string | undefined;
  shutdown(): Promise<void>;
}

export const noSpans: Spans = {
  run: (_name, _attributes, work) => work(),
  traceparent: () => undefined,
  shutdown: async () => {},
};
