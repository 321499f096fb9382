import type { IncomingMessage } from "node:http";
import { APP_ERRORS } from "@cruddur/contract/errors";
import type { TRPCError } from "@trpc/server";
import { toPublicError } from "../api/errors.ts";
import type { RequestScope } from "../http/request-scope.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Spans } from "./spans.ts";

/** How procedures are timed and traced. */
export interface ProcedureObserver {
  /** @param outcome `ok` or the error's code */
  procedure(path: string, outcome: string, durationMs: number): void;
  span<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** W3C trace context of the current span; undefined when nothing is traced. */
  traceparent(): string | undefined;
}

/** Turns what happens in requests into log lines, metrics and spans: ids and times, never texts. */
export function createReporter(options: { logger: Logger; metrics: Metrics; spans: Spans }) {
  const { logger, metrics, spans } = options;
  // The fields of a request's line are fixed and none is secret. Searching them for secrets would
  // cost more than writing the line (ADR 17).
  const requestLogger = logger.child({}, { redact: [] });

  /** Expected refusals are in the request's own line. Only faults of the server get another one. */
  function reportFailure(error: unknown, about: object): void {
    const { app_code } = toPublicError(error);
    if (APP_ERRORS[app_code].status < 500) return;
    logger.error({ ...about, app_code, err: error }, "request failed");
  }

  const observer: ProcedureObserver = {
    procedure(procedure, outcome, durationMs) {
      metrics.procedureSeconds.observe({ procedure, outcome }, durationMs / 1000);
    },
    span: (name, work) => spans.run(name, { "rpc.system": "trpc" }, work),
    traceparent: spans.traceparent,
  };

  return {
    observer,
    /** Runs a request in the trace that its browser began. */
    traced(
      request: IncomingMessage,
      scope: RequestScope,
      work: () => Promise<void>,
    ): Promise<void> {
      const { traceparent } = request.headers;
      const parsed = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent) : null;
      if (parsed?.[1] !== undefined) scope.facts.trace_id = parsed[1];
      const name = `${request.method} ${routeOf(request.url ?? "")}`;
      return spans.run(name, { "request.id": scope.id }, work, parsed?.[0]);
    },
    onCallFailed: (error: TRPCError, path: string | undefined, scope: RequestScope) =>
      reportFailure(error.cause ?? error, { request_id: scope.id, path, ...ids(scope) }),
    onRouteFailed: (error: unknown, scope: RequestScope) =>
      reportFailure(error, { request_id: scope.id, ...ids(scope) }),
    onLiveConnectionFailed: (error: unknown) => reportFailure(error, { path: "live.events" }),
    onFinished(request: IncomingMessage, status: number, scope: RequestScope): void {
      const durationMs = performance.now() - scope.startedAt;
      const route = routeOf(request.url ?? "");
      metrics.requests.inc({ route, status });
      if (route !== "live") metrics.requestSeconds.observe({ route }, durationMs / 1000);
      requestLogger.info(
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

const ids = ({ facts }: RequestScope) => ({ user_uuid: facts.user_uuid, trace_id: facts.trace_id });

/** The URL without its query, which holds inputs. */
function pathOf(url: string): string {
  const end = url.indexOf("?");
  return (end === -1 ? url : url.slice(0, end)).slice(0, 200);
}

/** One of a few names, whatever the URL, because each name is a time series. */
function routeOf(url: string): string {
  if (url.startsWith("/trpc/live.events")) return "live";
  // A failed sign-in must not look like a refresh whose cookie has expired.
  return /^\/(trpc|session(?:\/(?:refresh|all))?|account|healthz)\b/.exec(url)?.[1] ?? "web";
}
