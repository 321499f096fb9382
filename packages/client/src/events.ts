import { createParser } from "eventsource-parser";
import type { LiveEvent } from "./api.generated.ts";
import { CruddurError, errorFromBody } from "./errors.ts";
import { type AccessTokens, bearer, errorFromResponse, type Fetch, parseJson } from "./http.ts";
import { boundedMs, pause, retryDelayMs, waitUntilDueOrActive } from "./retry.ts";

/** A live event with its id: the place to resume from. */
export type ReceivedEvent = LiveEvent & { id: string };

/** Until the server says after how much silence a connection counts as broken. */
const DEFAULT_SILENCE_MS = 40_000;

export interface LiveOptions {
  url: string;
  fetch: Fetch;
  tokens: AccessTokens;
}

interface ConnectionOptions {
  lastEventId: string | null;
  signal?: AbortSignal | undefined;
  token: string | null;
  /** Called when the server says how long to wait before the next connection. */
  onRetry?: (ms: number) => void;
}

/** One live connection: its events until the server ends it. Throws CruddurError. */
export async function* openConnection(
  { url, fetch }: Pick<LiveOptions, "url" | "fetch">,
  { lastEventId, signal, token, onRetry }: ConnectionOptions,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  // One controller for both reasons to stop: `AbortSignal.any` is missing in some supported browsers.
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  signal?.addEventListener("abort", stop, { once: true });
  let silenceMs = DEFAULT_SILENCE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waitAgain = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, silenceMs);
  };
  const received: (ReceivedEvent | CruddurError)[] = [];
  const parser = createParser({
    onRetry,
    onEvent({ event = "message", id = "", data }) {
      const body = parseJson(data) as Record<string, unknown> | undefined;
      if (event === "message") received.push({ ...(body as LiveEvent), id });
      if (event === "serialized-error") {
        received.push(errorFromBody({ error: body }, { status: 500 }));
      }
      if (event === "connected" && typeof body?.reconnectAfterInactivityMs === "number") {
        silenceMs = boundedMs(body.reconnectAfterInactivityMs);
      }
    },
  });
  const input = encodeURIComponent(JSON.stringify({ lastEventId }));
  const headers = new Headers({ accept: "text/event-stream" });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  waitAgain();
  try {
    const response = await fetch(`${url}/trpc/live.events?input=${input}`, {
      headers: token === null ? headers : bearer(headers, token),
      credentials: "include",
      signal: stopping.signal,
    });
    if (!response.ok) throw errorFromResponse(response, parseJson(await response.text()));
    reader = response.body?.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) return;
      waitAgain();
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      for (const event of received.splice(0)) {
        if (event instanceof CruddurError) throw event;
        yield event;
      }
    }
  } catch (cause) {
    if (signal?.aborted) return;
    throw cause instanceof CruddurError ? cause : new CruddurError("network", { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    await reader?.cancel().catch(() => {});
  }
}

export interface EventsOptions {
  /** `id` of the last event that was handled: what came after it is delivered first. */
  lastEventId?: string | null;
  /** Ends the iteration. */
  signal?: AbortSignal;
  /** Called when the connection breaks, or can't be made; it is then made again. */
  onBreak?: () => void;
}

/**
 * Live events across connections: after a break it connects again, with a fresh token where the old
 * one was refused, and resumes after the last event. An event may be delivered again after a break.
 * Ends when the signal aborts. Throws CruddurError where connecting again changes nothing.
 */
export async function* resumeEvents(
  live: LiveOptions,
  { lastEventId = null, signal, onBreak }: EventsOptions = {},
): AsyncGenerator<ReceivedEvent, void, undefined> {
  let lastId = lastEventId;
  let failures = 0;
  let isRefused = false;
  while (!signal?.aborted) {
    let hintedMs: number | null = null;
    let askedMs: number | null = null;
    try {
      const token = await live.tokens.accessToken();
      const onRetry = (ms: number) => {
        hintedMs = ms;
      };
      try {
        const connection = { lastEventId: lastId, signal, token, onRetry };
        for await (const event of openConnection(live, connection)) {
          failures = 0;
          isRefused = false;
          lastId = event.id;
          yield event;
        }
      } catch (error) {
        if (!(error instanceof CruddurError) || error.action !== "hold" || isRefused) throw error;
        if ((await live.tokens.replaceToken(token)) === null) throw error;
        isRefused = true;
        continue;
      }
    } catch (error) {
      if (!(error instanceof CruddurError) || error.action !== "retry") throw error;
      const { retryAfterSeconds } = error;
      if (retryAfterSeconds !== null) askedMs = retryAfterSeconds * 1_000;
    }
    if (signal?.aborted) return;
    failures += 1;
    onBreak?.();
    if (askedMs !== null) await pause(retryDelayMs(failures, askedMs), signal).catch(() => {});
    else await waitUntilDueOrActive(hintedMs ?? retryDelayMs(failures, null), signal);
  }
}
