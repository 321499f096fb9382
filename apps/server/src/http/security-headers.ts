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

/** Puts on every response what a browser needs to be told, and the CORS answer for the web origin. */
export function createHeaderWriter({ webOrigin }: { webOrigin: string }) {
  const fixed: [string, string][] = [
    ["content-security-policy", CONTENT_SECURITY_POLICY],
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
    ["referrer-policy", "no-referrer"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["permissions-policy", "camera=(), geolocation=(), microphone=()"],
  ];
  if (webOrigin.startsWith("https:")) {
    fixed.push(["strict-transport-security", "max-age=63072000; includeSubDomains"]);
  }

  return {
    write(request: IncomingMessage, response: ServerResponse, requestId: string): void {
      for (const [name, value] of fixed) response.setHeader(name, value);
      response.setHeader("x-request-id", requestId);
      if (request.headers.origin !== webOrigin) return;
      response.setHeader("access-control-allow-origin", webOrigin);
      response.setHeader("access-control-allow-credentials", "true");
      response.setHeader("access-control-expose-headers", "retry-after, x-request-id");
      response.setHeader("vary", "origin");
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
