import type { IncomingMessage, ServerResponse } from "node:http";

export const CSP_REPORTS_PATH = "/csp-reports";

/** Directives that a report may name: each is a time series. */
export const REPORTED_DIRECTIVES: ReadonlySet<string> = new Set([
  ...["script-src-elem", "script-src-attr", "script-src", "style-src-elem", "style-src-attr"],
  ...["img-src", "font-src", "connect-src", "worker-src", "base-uri", "form-action"],
  ...["require-trusted-types-for", "trusted-types", "frame-src", "default-src"],
]);

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  // No code may turn a string into markup or a script. The one policy that the app needs names the
  // service worker, and can be made once.
  "require-trusted-types-for 'script'",
  "trusted-types service-worker",
  // Every browser knows this directive. Beside `report-to`, Chrome would ignore it, and report late, and
  // nothing from a page without https.
  `report-uri ${CSP_REPORTS_PATH}`,
].join("; ");

const ALLOWED_HEADERS =
  "authorization, content-type, trpc-accept, last-event-id, traceparent, x-request-id";

/** Header names and values in turn, the form that `writeHead` takes. */
export type HeaderList = readonly string[];

/** The security headers of every response, and the CORS headers of the web origin. */
export function createHeaders({ webOrigin }: { webOrigin: string }) {
  const fixed = [
    ...["content-security-policy", CONTENT_SECURITY_POLICY],
    ...["x-content-type-options", "nosniff"],
    ...["x-frame-options", "DENY"],
    ...["referrer-policy", "no-referrer"],
    ...["cross-origin-opener-policy", "same-origin"],
    ...["cross-origin-resource-policy", "same-origin"],
    ...["permissions-policy", "camera=(), geolocation=(), microphone=()"],
  ];
  if (webOrigin.startsWith("https:")) {
    fixed.push("strict-transport-security", "max-age=63072000; includeSubDomains");
  }
  const forWebOrigin = [
    ...["access-control-allow-origin", webOrigin],
    ...["access-control-allow-credentials", "true"],
    ...["access-control-expose-headers", "retry-after, x-request-id"],
  ];

  return {
    /** The headers of the response to a request. */
    of(request: IncomingMessage, requestId: string): HeaderList {
      const own = ["x-request-id", requestId];
      return request.headers.origin === webOrigin
        ? fixed.concat(own, forWebOrigin)
        : fixed.concat(own);
    },

    /** Answers a preflight. Without the CORS headers the browser of another origin refuses the call. */
    preflight(request: IncomingMessage, response: ServerResponse): void {
      if (request.headers.origin === webOrigin) {
        response.setHeader("access-control-allow-methods", "GET, POST, DELETE");
        response.setHeader("access-control-allow-headers", ALLOWED_HEADERS);
        response.setHeader("access-control-max-age", "7200");
      }
      response.writeHead(204).end();
    },
  };
}

/** Sets headers on a response to which other code will add its own. */
export function setHeaders(response: ServerResponse, headers: HeaderList): void {
  for (let i = 0; i < headers.length; i += 2) {
    response.setHeader(headers[i] as string, headers[i + 1] as string);
  }
}
