// Loaded while the clock still runs.
import "@cruddur/client/events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connectionState } from "./connection.ts";
import { startLive } from "./live.ts";
import { onLiveEvent } from "./live-events.ts";
import type { SessionStore } from "./session-store.ts";

const page = new EventTarget();
const session = {
  accessToken: async () => "token",
  replaceToken: async () => null,
  resume: async () => {},
} as unknown as SessionStore;
const answers: (() => Response)[] = [];
const requested: (string | null)[] = [];
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", page);
  vi.stubGlobal("reportError", vi.fn());
  vi.stubGlobal("fetch", async (url: string, { signal }: RequestInit) => {
    const input = new URL(url, "http://localhost").searchParams.get("input");
    requested.push(JSON.parse(input ?? "{}").lastEventId);
    return answers.shift()?.() ?? openStream(signal);
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  requested.length = 0;
  answers.length = 0;
});

/** A live connection that delivers `ready` and then stays open in silence. */
function openStream(signal?: AbortSignal | null): Response {
  const text = `id: 1\ndata: ${JSON.stringify({ type: "ready" })}\n\n`;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

it("a connection that survived being offline for a moment is confirmed when the browser is online", async () => {
  stop = startLive({ session });
  await vi.advanceTimersByTimeAsync(100);
  page.dispatchEvent(new Event("offline"));
  await vi.advanceTimersByTimeAsync(500);
  page.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(connectionState.get()).toBe("online");
  // The second connection continues after the last event of the first.
  expect(requested).toEqual([null, "1"]);
});

it("an answer that is no live connection, such as a proxy's page, does not end live delivery", async () => {
  answers.push(() => new Response("<h1>not here</h1>", { status: 404 }));
  let readies = 0;
  const forget = onLiveEvent("ready", () => {
    readies += 1;
  });
  stop = startLive({ session });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connectionState.get()).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(readies).toBe(1);
  expect(connectionState.get()).toBe("online");
  forget();
});
