import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@cruddur/contract/errors";
import { UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { sseStreamProducer } from "@trpc/server/unstable-core-do-not-import";
import { afterEach, expect, test, vi } from "vitest";
import { createContext, type Services } from "../src/api/context.ts";
import { LIVE_PING_MS } from "../src/api/trpc.ts";
import { createRequestScope } from "../src/http/request-scope.ts";
import { createTrpcHandler } from "../src/http/trpc-handler.ts";
import { type LiveEnvelope, toEnvelope } from "../src/live/envelope.ts";
import { createSseTransport, LIVE_PATH } from "../src/live/sse-transport.ts";

const MESSAGE = {
  uuid: "019aa5f0-1c00-7abc-8def-0123456789ab",
  message_group_uuid: "0c5f1a52-5d1e-5f2b-9a53-6f0f6a4f9f10",
  client_id: "a1b2c3d4-0000-4000-8000-00000000000a",
  user_uuid: "a1b2c3d4-0000-4000-8000-00000000000b",
  display_name: "Ana",
  handle: "ana",
  message: 'two\nlines, "quotes", \\, \u2028, data: x, \u{1f600}',
  created_at: "2025-11-21T10:22:47.808Z",
  ...UNCHANGED_MESSAGE,
};
const EVENTS: readonly LiveEnvelope[] = [
  toEnvelope({ type: "ready" }),
  toEnvelope({ type: "message", message: MESSAGE }),
  toEnvelope({ type: "resync" }),
];

interface Case {
  /** What the procedure yields before it ends or throws. */
  events?: readonly LiveEnvelope[];
  failsWith?: Error;
  /** What the identity guard throws. */
  refusedWith?: AppError;
}

function servicesOf({ events = [], failsWith, refusedWith }: Case): Services {
  return {
    auth: {
      async authenticate() {
        if (refusedWith !== undefined) throw refusedWith;
        return {
          user_uuid: MESSAGE.user_uuid,
          cognito_user_id: "s",
          username: "s",
          expiresAtMs: Infinity,
        };
      },
    },
    live: {
      async *subscribe() {
        yield* events;
        if (failsWith !== undefined) throw failsWith;
      },
    },
    limits: { consume: async () => {} },
    observe: {
      procedure() {},
      span: (_name: string, work: () => Promise<unknown>) => work(),
      traceparent: () => undefined,
    },
  } as unknown as Services;
}

const newScope = () => createRequestScope("id", "address");

/** Some of tRPC's frames end in one more line feed, which readers of event streams ignore. */
const normal = (frames: string) => frames.replace(/\n{2,}/g, "\n\n");

async function writtenByTrpc(services: Services, query: string): Promise<string> {
  const handle = createTrpcHandler({ services, onError() {} });
  const request = new Request(`http://localhost${LIVE_PATH}${query}`);
  const response = await handle(request, { headers: {} } as IncomingMessage, newScope());
  return `${headersOf(response)}${normal(await response.text())}`;
}

async function writtenByServer(services: Services, query: string): Promise<string> {
  const transport = createSseTransport({
    createContext: (_request, scope) => createContext(services, undefined, scope),
    onError() {},
  });
  const server = createServer((request, response) => {
    void transport.handle(request, response, newScope());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${LIVE_PATH}${query}`);
    return `${headersOf(response)}${normal(await response.text())}`;
  } finally {
    transport.close();
    server.closeAllConnections();
    server.close();
  }
}

const headersOf = ({ status, headers }: Response) =>
  ["content-type", "cache-control", "x-accel-buffering"].reduce(
    (text, name) => `${text}${name}: ${headers.get(name)}\n`,
    `${status}\n`,
  );

/** tRPC ends a finished subscription for good; a browser of ours reconnects, to another server. */
const RETURN = "event: return\ndata: \n\n";

afterEach(() => vi.useRealTimers());

test("a live connection receives byte for byte what tRPC's own producer writes", async () => {
  const services = servicesOf({ events: EVENTS });
  const actual = await writtenByServer(services, "");
  expect(actual).toContain(`id: ${EVENTS[1]?.[0]}`);
  expect(`${actual}${RETURN}`).toBe(await writtenByTrpc(services, ""));
});

test.each<[string, Case, string?]>([
  ["a failure between events", { events: EVENTS, failsWith: new AppError("unavailable") }],
  ["an unexpected error, whose text isn't sent", { failsWith: new Error("inside") }],
  [
    "too many live connections",
    { failsWith: new AppError("rate_limited", { retryAfterSeconds: 10 }) },
  ],
  ["no token", { refusedWith: new AppError("unauthenticated") }],
  ["an expired token", { refusedWith: new AppError("token_expired") }],
  ["a wrong input", { events: EVENTS }, "?input=%7B%22lastEventId%22%3A5%7D"],
])(
  "a refusal on a live connection is byte for byte tRPC's: %s",
  async (_name, given, query = "") => {
    const services = servicesOf(given);
    const actual = await writtenByServer(services, query);
    expect(actual).toContain("event: serialized-error");
    expect(actual).toBe(await writtenByTrpc(services, query));
  },
);

test("a ping is byte for byte tRPC's", async () => {
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const reader = sseStreamProducer({
    data: never as AsyncIterable<never>,
    ping: { enabled: true, intervalMs: 1 },
  }).getReader();
  let theirs = "";
  while (!/ping\ndata: \n\n/.test(theirs)) theirs += Buffer.from((await reader.read()).value ?? []);
  void reader.cancel();

  vi.useFakeTimers({ toFake: ["setInterval", "Date"] });
  let written = "";
  const transport = createSseTransport({
    createContext: (_request, scope) =>
      createContext(servicesOf({ events: never as unknown as LiveEnvelope[] }), undefined, scope),
    onError() {},
  });
  const response = {
    once() {},
    writeHead() {},
    write: (text: string) => {
      written += text;
      return true;
    },
    end() {},
  };
  void transport.handle({ url: LIVE_PATH, headers: {} } as never, response as never, newScope());
  await vi.advanceTimersByTimeAsync(LIVE_PING_MS + 1_000);
  transport.close();
  const pingOf = (text: string) => /event: ping\n.*\n\n/.exec(text)?.[0];
  expect(pingOf(written)).toBeDefined();
  expect(pingOf(written)).toBe(pingOf(normal(theirs)));
});
