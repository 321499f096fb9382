import { createParser } from "eventsource-parser";
import type { LiveEvent } from "./api.generated.ts";
import { CruddurError, errorOfAnswer } from "./errors.ts";
import { type AccessTokens, bearer, errorOfResponse, type Fetch, parseJson } from "./http.ts";
import { pause, retryDelayMs } from "./retry.ts";

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
  const silence = new AbortController();
  let silenceMs = DEFAULT_SILENCE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waitAgain = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  const received: (ReceivedEvent | CruddurError)[] = [];
  const parser = createParser({
    onRetry,
    onEvent({ event = "message", id = "", data }) {
      const body = parseJson(data) as Record<string, unknown> | undefined;
      if (event === "message") received.push({ ...(body as LiveEvent), id });
      if (event === "serialized-error") {
        received.push(errorOfAnswer({ error: body }, { status: 500 }));
      }
      if (event === "connected" && typeof body?.reconnectAfterInactivityMs === "number") {
        silenceMs = body.reconnectAfterInactivityMs;
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
      signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok) throw errorOfResponse(response, parseJson(await response.text()));
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
    await reader?.cancel().catch(() => {});
  }
}

export interface EventsOptions {
  /** `id` of the last event that was handled: what came after it is delivered first. */
  lastEventId?: string | null;
  /** Ends the iteration. */
  signal?: AbortSignal;
}

/**
 * Live events across connections: after a break it connects again, with a fresh token where the old
 * one was refused, and resumes after the last event. An event may be delivered again after a break.
 * Ends when the signal aborts. Throws CruddurError where connecting again changes nothing.
 */
export async function* resumeEvents(
  live: LiveOptions,
  { lastEventId = null, signal }: EventsOptions = {},
): AsyncGenerator<ReceivedEvent, void, undefined> {
  let lastId = lastEventId;
  let failures = 0;
  let refused = false;
  while (!signal?.aborted) {
    let delayMs: number | null = null;
    let token: string | null = null;
    try {
      token = await live.tokens.accessToken();
      const onRetry = (ms: number) => {
        delayMs = ms;
      };
      for await (const event of openConnection(live, {
        lastEventId: lastId,
        signal,
        token,
        onRetry,
      })) {
        failures = 0;
        refused = false;
        lastId = event.id;
        yield event;
      }
    } catch (error) {
      if (!(error instanceof CruddurError) || error.action === "fail") throw error;
      if (error.action === "hold") {
        if (refused || (await live.tokens.replaceToken(token)) === null) throw error;
        refused = true;
        continue;
      }
      const { retryAfterSeconds } = error;
      delayMs = retryDelayMs(
        failures + 1,
        retryAfterSeconds === null ? null : retryAfterSeconds * 1_000,
      );
    }
    failures += 1;
    await pause(delayMs ?? retryDelayMs(failures, null), signal).catch(() => {});
  }
}
