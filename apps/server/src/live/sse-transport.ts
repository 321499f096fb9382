import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@cruddur/contract/errors";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import { callProcedure, getErrorShape } from "@trpc/server/unstable-core-do-not-import";
import type { Context } from "../api/context.ts";
import { LIVE_PING_MS, LIVE_RECONNECT_AFTER_MS } from "../api/trpc.ts";
import type { Scope } from "../http/request-scope.ts";
import { appRouter } from "../router.ts";
import type { LiveEnvelope, LiveStream } from "./types.ts";

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
/** What the kernel and Node hold for a browser that stopped reading, before it is cut. */
const MAX_BUFFERED_BYTES = 512 * 1024;

interface OpenStream {
  response: ServerResponse;
  scope: Scope;
  nextPingMs: number;
}

export interface LiveTransport {
  handle(request: IncomingMessage, response: ServerResponse, scope: Scope): Promise<void>;
  /** Tells browsers when to come back. Streams end when the hub ends them. */
  hintReconnect(): void;
  close(): void;
}

/**
 * Writes `live.events` in tRPC's event-stream format straight to the socket. tRPC's own producer
 * chains three web streams and a timer per connection, too much for thousands of them (ADR 9).
 * The procedure, with its guard and schemas, is the router's; unlike tRPC's, a stream that ends
 * doesn't say `return`, so the browser comes back by itself.
 */
export function createLiveTransport(options: {
  createContext: (request: IncomingMessage, scope: Scope) => Context;
  onError: (error: unknown) => void;
}): LiveTransport {
  const open = new Set<OpenStream>();
  const frames = new WeakMap<LiveEnvelope, string>();

  // One timer for all: it pings, ends streams whose token is over, and cuts who stopped reading.
  const sweep = setInterval(() => {
    const now = Date.now();
    for (const stream of open) {
      const { response, scope } = stream;
      if (now >= (scope.facts.expiresAtMs ?? Number.POSITIVE_INFINITY)) {
        response.end("retry: 100\n\n");
      } else if (response.writableLength > MAX_BUFFERED_BYTES) {
        response.destroy();
      } else if (now >= stream.nextPingMs) {
        stream.nextPingMs = now + LIVE_PING_MS;
        response.write(PING);
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

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    scope: Scope,
  ): Promise<void> {
    const closing = new AbortController();
    const { signal } = closing;
    response.once("close", () => closing.abort());
    const ctx = options.createContext(request, scope);
    response.writeHead(200, HEADERS);
    response.write(CONNECTED);
    const stream = { response, scope, nextPingMs: Date.now() + LIVE_PING_MS };
    open.add(stream);
    try {
      const events = (await callProcedure({
        router: appRouter,
        path: "live.events",
        type: "subscription",
        getRawInput: async () => readInput(request),
        ctx,
        signal,
        batchIndex: 0,
      })) as LiveStream;
      for await (const envelope of events) {
        if (signal.aborted || response.writableEnded) break;
        if (!response.write(frameOf(envelope))) await once(response, "drain", { signal });
      }
    } catch (cause) {
      if (!signal.aborted) {
        const error = getTRPCErrorFromUnknown(cause);
        options.onError(error);
        response.write(`event: serialized-error\ndata: ${shapeOf(error, ctx)}\n\n`);
      }
    } finally {
      open.delete(stream);
      response.end();
    }
  }

  return {
    handle,
    hintReconnect() {
      // Spread, so that thousands don't come back in one instant.
      for (const { response } of open) {
        response.write(`retry: ${200 + Math.floor(Math.random() * 2_000)}\n\n`);
      }
    },
    close: () => clearInterval(sweep),
  };
}

function shapeOf(error: ReturnType<typeof getTRPCErrorFromUnknown>, ctx: Context): string {
  const about = { type: "subscription", path: "live.events", input: undefined } as const;
  return JSON.stringify(getErrorShape({ config: appRouter._def._config, error, ctx, ...about }));
}

/** As tRPC reads a subscription's input: a reconnecting browser's header is newer than the URL. */
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
