import type { IncomingMessage } from "node:http";
import { APP_ERRORS } from "@cruddur/contract/errors";
import type { TRPCError } from "@trpc/server";
import type { Observe } from "../api/context.ts";
import { toPublicError } from "../api/errors.ts";
import type { Scope } from "../http/request-scope.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Spans } from "./spans.ts";

/** Where what happens in requests becomes log lines, numbers and spans: ids and times, no text. */
export function createReporter(options: { logger: Logger; metrics: Metrics; spans: Spans }) {
  const { logger, metrics, spans } = options;
  // A request's line has fixed fields, none of them secret: searching it for secrets costs more
  // than writing it (ADR 17).
  const requestLines = logger.child({}, { redact: [] });

  /** Expected refusals are in the request's own line; only what is ours to mend gets one more. */
  function failed(error: unknown, about: object): void {
    const { app_code } = toPublicError(error);
    if (APP_ERRORS[app_code].status < 500) return;
    logger.error({ ...about, app_code, err: error }, "request failed");
  }

  const observe: Observe = {
    procedure(procedure, outcome, durationMs) {
      metrics.procedureSeconds.observe({ procedure, outcome }, durationMs / 1000);
    },
    span: (name, work) => spans.run(name, { "rpc.system": "trpc" }, work),
    traceparent: spans.traceparent,
  };

  return {
    observe,
    /** Runs a request in the trace that its browser began. */
    traced(request: IncomingMessage, scope: Scope, work: () => Promise<void>): Promise<void> {
      const { traceparent } = request.headers;
      const known = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent) : null;
      if (known?.[1] !== undefined) scope.facts.trace_id = known[1];
      const name = `${request.method} ${routeOf(request.url ?? "")}`;
      return spans.run(name, { "request.id": scope.id }, work, known?.[0]);
    },
    callFailed: (error: TRPCError, path: string | undefined, scope: Scope) =>
      failed(error.cause ?? error, { request_id: scope.id, path, ...ids(scope) }),
    routeFailed: (error: unknown, scope: Scope) =>
      failed(error, { request_id: scope.id, ...ids(scope) }),
    streamFailed: (error: unknown) => failed(error, { path: "live.events" }),
    finished(request: IncomingMessage, status: number, scope: Scope): void {
      const durationMs = performance.now() - scope.startedAt;
      const route = routeOf(request.url ?? "");
      metrics.requests.inc({ route, status });
      if (route !== "live") metrics.requestSeconds.observe({ route }, durationMs / 1000);
      requestLines.info(
        {
          request_id: scope.id,
          method: request.method,
          path: pathOf(request.url ?? ""),
          status,
          duration_ms: Math.round(durationMs * 10) / 10,
          ...ids(scope),
        },
        "request",
      );
    },
  };
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

const ids = ({ facts }: Scope) => ({ user_uuid: facts.user_uuid, trace_id: facts.trace_id });

/** Without the query, which holds inputs. */
function pathOf(url: string): string {
  const end = url.indexOf("?");
  return (end === -1 ? url : url.slice(0, end)).slice(0, 200);
}

/** Few values, whatever is asked for: each is a time series. */
function routeOf(url: string): string {
  if (url.startsWith("/trpc/live.events")) return "live";
  return /^\/(trpc|session|account|healthz)\b/.exec(url)?.[1] ?? "web";
}
