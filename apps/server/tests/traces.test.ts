import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { expect, test } from "vitest";
import { runProgram } from "./support/program.ts";
import { postJson, signIn, useStack } from "./support/stack.ts";

const stack = useStack();

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

/** An OTLP collector on loopback. */
async function startCollector() {
  const spans: ExportedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.once("end", () => {
      bodies.push(body);
      const { resourceSpans } = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
      };
      for (const { scopeSpans } of resourceSpans) {
        for (const scope of scopeSpans) spans.push(...scope.spans);
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The table's items with the attributes that the store hides, because only the stream needs them. */
async function scan(): Promise<Record<string, { S?: string }>[]> {
  const response = await fetch(stack.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.Scan",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
      "x-amz-date": "20260101T000000Z",
    },
    body: JSON.stringify({
      TableName: stack.tableName,
      FilterExpression: "attribute_exists(client_id)",
    }),
  });
  const { Items } = JSON.parse(await response.text()) as {
    Items: Record<string, { S?: string }>[];
  };
  return Items;
}

test("a browser's trace continues through the procedure and the table into the message, where the stream joins it", {
  timeout: 60_000,
}, async () => {
  await using collector = await startCollector();
  // The server runs in a process of its own, because OpenTelemetry has one tracer for each process.
  const server = await runProgram(stack, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: "cruddur-server",
  });
  await server.ready();
  const { access_token } = await signIn(server, "andrewbrown");
  const [traceId, spanId] = ["a1".repeat(16), "b2".repeat(8)];
  const send = (body: object) =>
    postJson(`${server.url}/trpc/messages.create`, body, {
      authorization: `Bearer ${access_token}`,
      // The caller's flag says that the trace isn't sampled, but the server decides.
      traceparent: `00-${traceId}-${spanId}-00`,
    });
  const first = (await (
    await send({ handle: "londo", message: "hush", client_id: createClientId() })
  ).json()) as { result: { data: { message_group_uuid: string } } };
  const { message_group_uuid } = first.result.data;
  await send({ message_group_uuid, message: "hush hush", client_id: createClientId() });

  const stored = (await scan()).find(({ message }) => message?.S === "hush hush");
  expect(stored?.traceparent?.S).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));

  server.child.kill("SIGTERM");
  await server.exited;
  expect(server.output()).toContain(`"trace_id":"${traceId}"`);
  const spans = collector.spans.filter((span) => span.traceId === traceId);
  const parentOf = (span: ExportedSpan | undefined) =>
    spans.find((other) => other.spanId === span?.parentSpanId);
  const put = spans.find(({ name }) => name === "DynamoDB.PutItem");
  const procedure = parentOf(put);
  const request = parentOf(procedure);
  expect([procedure?.name, request?.name]).toEqual(["messages.create", "POST trpc"]);
  expect(request?.parentSpanId).toBe(spanId);
  expect(spans.map((span) => span.spanId)).toContain(stored?.traceparent?.S?.split("-")[2]);
  const exported = collector.bodies.join();
  expect(exported).toContain("cruddur-server");
  for (const secret of ["hush", access_token.slice(0, 30)]) expect(exported).not.toContain(secret);
});
