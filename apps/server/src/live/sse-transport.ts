import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { APP_ERRORS, AppError } from "@cruddur/contract/errors";
import { callProcedure, describeFailure, type ProcedureCall } from "../api/call-procedure.ts";
import type { Context } from "../api/context.ts";
import { toPublicError } from "../api/errors.ts";
import { LIVE_PING_MS, LIVE_RECONNECT_AFTER_MS } from "../api/trpc.ts";
import type { RequestScope } from "../http/request-scope.ts";
import type { LiveEnvelope } from "./envelope.ts";

export const LIVE_PATH = "/trpc/live.events";

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform, no-store",
  "x-accel-buffering": "no",
} as const;
const CONNECTED = `event: connected\ndata: ${JSON.stringify({
  reconnectAfterInactivityMs: LIVE_RECONNECT_AFTER_MS,
})}\n\n`;
const PING = "event: ping\ndata: \n\n";
const SWEEP_MS = 1_000;
/** Bytes that wait for a browser that has stopped reading, before its connection is cut. */
const MAX_BUFFERED_BYTES = 512 * 1024;
/** A browser waits this long before it reconnects; longer and random when the server stops. */
const RECONNECT_MS = 100;
const STOP_RECONNECT_MIN_MS = 200;
const STOP_RECONNECT_SPREAD_MS = 2_000;

interface OpenResponse {
  response: ServerResponse;
  ctx: Context;
  nextPingMs: number;
}

export type SseTransport = ReturnType<typeof createSseTransport>;

/**
 * Writes live connections in tRPC's event-stream format straight to the socket. tRPC's own producer
 * chains three web streams and a timer per connection, too much for thousands of them (ADR 9).
 * The procedure with its guard and schemas is the router's. Unlike tRPC, the transport doesn't send
 * `return` at the end of a connection, so the browser reconnects by itself.
 */
export function createSseTransport(options: {
  createContext: (request: IncomingMessage, scope: RequestScope) => Context;
  onError: (error: unknown) => void;
}) {
  const open = new Set<OpenResponse>();
  const frames = new WeakMap<LiveEnvelope, string>();

  // One timer for all connections: it pings, ends those whose token or session has ended, and cuts those
  // whose browser has stopped reading.
  const sweep = setInterval(() => {
    const now = Date.now();
    for (const entry of open) {
      const { response, ctx } = entry;
      if (now >= (ctx.facts.expiresAtMs ?? Number.POSITIVE_INFINITY)) {
        response.end(`retry: ${RECONNECT_MS}\n\n`);
      } else if (response.writableLength > MAX_BUFFERED_BYTES) {
        response.destroy();
      } else if (now >= entry.nextPingMs) {
        entry.nextPingMs = now + LIVE_PING_MS;
        response.write(PING);
        // The notice of an ended session may have been lost, or may have come just too early.
        ctx.services.auth.authenticate(ctx.authorization).catch((error: unknown) => {
          if (APP_ERRORS[toPublicError(error).app_code].status === 401) response.end();
        });
      }
    }
  }, SWEEP_MS);
  sweep.unref();

  const frameOf = (envelope: LiveEnvelope): string => {
    let frame = frames.get(envelope);
    if (frame === undefined) {
      frame = `data: ${JSON.stringify(envelope[1])}\nid: ${envelope[0]}\n\n`;
      frames.set(envelope, frame);
    }
    return frame;
  };

  return {
    /** Holds one live connection until either side ends it. */
    async handle(
      request: IncomingMessage,
      response: ServerResponse,
      scope: RequestScope,
    ): Promise<void> {
      const closing = new AbortController();
      const { signal } = closing;
      response.once("close", () => closing.abort());
      const call: ProcedureCall = {
        path: "live.events",
        type: "subscription",
        ctx: options.createContext(request, scope),
        getInput: () => readInput(request),
        signal,
      };
      response.writeHead(200, HEADERS);
      response.write(CONNECTED);
      const entry = { response, ctx: call.ctx, nextPingMs: Date.now() + LIVE_PING_MS };
      open.add(entry);
      try {
        const events = (await callProcedure(call)) as AsyncIterable<LiveEnvelope>;
        for await (const envelope of events) {
          if (signal.aborted || response.writableEnded) break;
          if (!response.write(frameOf(envelope))) await once(response, "drain", { signal });
        }
      } catch (cause) {
        if (!signal.aborted) {
          const { error, shape } = describeFailure(cause, call);
          options.onError(error);
          response.write(`event: serialized-error\ndata: ${JSON.stringify(shape)}\n\n`);
        }
      } finally {
        open.delete(entry);
        response.end();
      }
    },

    /** Tells browsers when to reconnect, spread so that thousands don't return at one instant. */
    sendReconnectDelays(): void {
      for (const { response } of open) {
        const delayMs =
          STOP_RECONNECT_MIN_MS + Math.floor(Math.random() * STOP_RECONNECT_SPREAD_MS);
        response.write(`retry: ${delayMs}\n\n`);
      }
    },

    close: () => clearInterval(sweep),
  };
}

/** As tRPC reads a subscription's input: a reconnecting browser's header is newer than its URL. */
function readInput(request: IncomingMessage): unknown {
  const query = new URL(request.url ?? "/", "http://local").searchParams;
  const input = parseJson(query.get("input") ?? "{}");
  const lastEventId =
    request.headers["last-event-id"] ?? query.get("lastEventId") ?? query.get("Last-Event-Id");
  if (!lastEventId) return input;
  return typeof input === "object" && input !== null ? { ...input, lastEventId } : { lastEventId };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AppError("invalid_input");
  }
}
