import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { LogEntry } from "@cruddur/contract/json-log";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTracer, noTracer, traceIdOf } from "./tracer.ts";

const TRACE = "0123456789abcdef0123456789abcdef";
const PARENT = `00-${TRACE}-0123456789abcdef-01`;
const LINKED = "00-ffffffffffffffffffffffffffffffff-eeeeeeeeeeeeeeee-00";

interface Exported {
  resourceSpans: [
    {
      resource: object;
      scopeSpans: [{ scope: object; spans: Record<string, unknown>[] }];
    },
  ];
}

let endpoint: string;
let status = 200;
let received: { url?: string | undefined; type?: string | undefined; body: Exported }[] = [];
let logged: LogEntry[] = [];
const server = createServer(async (request, response) => {
  const { url, headers } = request;
  received.push({ url, type: headers["content-type"], body: (await json(request)) as Exported });
  response.writeHead(status).end("{}");
});
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  received = [];
  logged = [];
  status = 200;
});

const create = (to: string | undefined = endpoint) =>
  createTracer({ endpoint: to, serviceName: "stream", log: (entry) => logged.push(entry) });
const spansOf = () => received.flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans);

test("a span continues its message's trace, links the others, and is exported once", async () => {
  const tracer = create(`${endpoint}/`);
  const attributes = { group: "g", messages: 3 };
  const before = Date.now();
  const result = await tracer.span("project", [PARENT, LINKED], attributes, async (own) => own);
  expect(result).toEqual([expect.stringMatching(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))]);
  await tracer.flush();
  await tracer.flush();
  expect(received).toMatchObject([
    {
      ...{ url: "/v1/traces", type: "application/json" },
      body: {
        resourceSpans: [
          {
            resource: {
              attributes: [{ key: "service.name", value: { stringValue: "stream" } }],
            },
            scopeSpans: [{ scope: { name: "stream" } }],
          },
        ],
      },
    },
  ]);
  const [span] = spansOf();
  expect(span).toEqual({
    ...{ traceId: TRACE, spanId: result[0]?.split("-")[2], parentSpanId: "0123456789abcdef" },
    ...{ name: "project", kind: 5, status: {} },
    startTimeUnixNano: expect.stringMatching(/^\d{13}000000$/),
    endTimeUnixNano: expect.stringMatching(/^\d{13}000000$/),
    attributes: [
      { key: "group", value: { stringValue: "g" } },
      { key: "messages", value: { intValue: "3" } },
    ],
    links: [{ traceId: "f".repeat(32), spanId: "e".repeat(16) }],
  });
  expect(Number(String(span?.startTimeUnixNano).slice(0, 13))).toBeGreaterThanOrEqual(before);
  expect(logged).toEqual([]);
});

test("a span of work that fails names the error, which passes on", async () => {
  const tracer = create();
  const work = tracer.span("project", [PARENT], {}, () => Promise.reject(new TypeError("secret")));
  await expect(work).rejects.toThrow("secret");
  await tracer.flush();
  expect(spansOf()).toMatchObject([{ status: { code: 2, message: "TypeError" } }]);
  expect(JSON.stringify(received)).not.toContain("secret");
});

test.each([
  ["no trace", []],
  ["what is no trace context", ["x", `${PARENT}-more`, `x${PARENT}`]],
])("work with %s runs untraced", async (_, parents) => {
  const tracer = create();
  expect(await tracer.span("project", parents, {}, async (own) => own)).toEqual([]);
  await tracer.flush();
  expect(received).toEqual([]);
});

test("without an endpoint nothing is traced", async () => {
  const tracer = createTracer({ endpoint: undefined, serviceName: "stream", log: () => {} });
  expect(tracer).toBe(noTracer);
  expect(await tracer.span("project", [PARENT], {}, async (own) => own)).toEqual([]);
  await tracer.flush();
});

test("a collector that refuses or is down is logged, and its spans are not sent again", async () => {
  const tracer = create();
  status = 500;
  await tracer.span("project", [PARENT], {}, async () => undefined);
  await tracer.flush();
  const warning = { level: "warn", event: "trace_export_failed" };
  expect(logged).toEqual([{ ...warning, status: 500 }]);
  await tracer.flush();
  expect(received).toHaveLength(1);
  const toNobody = create("http://127.0.0.1:1");
  await toNobody.span("project", [PARENT], {}, async () => undefined);
  await toNobody.flush();
  expect(logged[1]).toMatchObject({ ...warning, error: "TypeError" });
});

test("a collector may answer without a body", async () => {
  const tracer = create();
  status = 204;
  await tracer.span("project", [PARENT], {}, async () => undefined);
  await tracer.flush();
  expect([received.length, logged]).toEqual([1, []]);
});

test("at most 2,000 spans wait for the next export", async () => {
  const tracer = create();
  for (let n = 0; n < 2_001; n += 1) await tracer.span(`${n}`, [PARENT], {}, async () => undefined);
  await tracer.flush();
  expect(spansOf()).toHaveLength(2_000);
});

test("a log line has the id of a trace, where there is one", () => {
  expect(traceIdOf(PARENT)).toBe(TRACE);
  expect([traceIdOf(undefined), traceIdOf("x")]).toEqual([undefined, undefined]);
});
