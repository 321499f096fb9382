import { randomBytes } from "node:crypto";
import type { Log } from "@cruddur/contract/json-log";

type Attributes = Record<string, string | number>;

/** Continues the traces (W3C trace contexts) of the messages that are projected. */
export interface Tracer {
  /**
   * Runs work as a span. The first of `parents` is its parent, the others are linked; without
   * parents the work runs untraced. `work` gets the parents for spans inside this one.
   */
  span<Result>(
    name: string,
    parents: readonly string[],
    attributes: Attributes,
    work: (own: readonly string[]) => Promise<Result>,
  ): Promise<Result>;
  /** Exports the spans that have ended. Never throws: a lost trace isn't worth retrying a batch. */
  flush(): Promise<void>;
}

export const noTracer: Tracer = {
  span: (_name, _parents, _attributes, work) => work([]),
  flush: async () => {},
};

/** A slow collector must not delay the stream. */
const EXPORT_TIMEOUT_MS = 1_000;
/** How many ended spans are kept until the next export; more than one batch makes. */
const MAX_SPANS = 2_000;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Exports spans as OTLP's JSON over HTTP. OpenTelemetry's SDK and exporter would make the bundle
 * half as large again for one request with a dozen fields (ADR 14). Without an endpoint nothing is
 * traced.
 */
export function createTracer(options: {
  endpoint: string | undefined;
  serviceName: string;
  log: Log;
}): Tracer {
  const { endpoint, serviceName, log } = options;
  if (endpoint === undefined) return noTracer;
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  let ended: object[] = [];

  return {
    async span(name, parents, attributes, work) {
      const [parent, ...links] = parents.flatMap(parse);
      if (parent === undefined) return work([]);
      const { traceId } = parent;
      const spanId = randomBytes(8).toString("hex");
      const startMs = Date.now();
      const end = (status: object) => {
        if (ended.length >= MAX_SPANS) return;
        ended.push({
          traceId,
          spanId,
          parentSpanId: parent.spanId,
          name,
          kind: 5,
          startTimeUnixNano: `${startMs}000000`,
          endTimeUnixNano: `${Date.now()}000000`,
          attributes: attributesOf(attributes),
          links,
          status,
        });
      };
      try {
        const result = await work([`00-${traceId}-${spanId}-01`]);
        end({});
        return result;
      } catch (error) {
        end({ code: 2, message: (error as Error).name });
        throw error;
      }
    },

    async flush() {
      if (ended.length === 0) return;
      const spans = ended;
      ended = [];
      const resource = { attributes: attributesOf({ "service.name": serviceName }) };
      const scopeSpans = [{ scope: { name: serviceName }, spans }];
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }),
          signal: AbortSignal.timeout(EXPORT_TIMEOUT_MS),
        });
        await answer.body?.cancel();
        if (!answer.ok) {
          log({ level: "warn", event: "trace_export_failed", status: answer.status });
        }
      } catch (error) {
        log({ level: "warn", event: "trace_export_failed", error: (error as Error).name });
      }
    },
  };
}

/** The trace id of a trace context, for log lines; undefined when there is none. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent && parse(traceparent)[0]?.traceId;
}

function parse(traceparent: string): { traceId: string; spanId: string }[] {
  if (!TRACEPARENT.test(traceparent)) return [];
  return [{ traceId: traceparent.slice(3, 35), spanId: traceparent.slice(36, 52) }];
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  }));
}
