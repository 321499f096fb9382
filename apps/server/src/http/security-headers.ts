import type { IncomingMessage, ServerResponse } from "node:http";

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
].join("; ");

const ALLOWED_HEADERS =
  "authorization, content-type, trpc-accept, last-event-id, traceparent, x-request-id";

/** Header names and values in turn, as `writeHead` takes them. */
export type HeaderList = readonly string[];

/** What every response tells a browser, and the CORS answer for the web origin. */
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
    of(request: IncomingMessage, requestId: string): HeaderList {
      const own = ["x-request-id", requestId];
      return request.headers.origin === webOrigin
        ? fixed.concat(own, forWebOrigin)
        : fixed.concat(own);
    },

    /** Answers a preflight; without our origin's headers the browser refuses the call itself. */
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

/** For responses whose own headers are added by others later on. */
export function setHeaders(response: ServerResponse, headers: HeaderList): void {
  for (let i = 0; i < headers.length; i += 2) {
    response.setHeader(headers[i] as string, headers[i + 1] as string);
  }
}
