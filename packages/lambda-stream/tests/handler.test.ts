import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleOptions } from "../build.mjs";
import { at, type StreamRecord, useStack } from "./support.ts";

const BUNDLE_MAX_BYTES = 350_000;

const stack = useStack();
let directory: string;
let outfile: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-lambda-"));
  outfile = join(directory, "handler.mjs");
  await build({ ...bundleOptions, outfile });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the bundled handler on an event as Lambda does: a process with only its environment. */
async function invoke(event: unknown, env: Record<string, string>) {
  const script = `
    import { handler } from ${JSON.stringify(pathToFileURL(outfile).href)};
    const answer = await handler(${JSON.stringify(event)});
    console.log("ANSWER " + JSON.stringify(answer));
    process.exit();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { env },
  );
  return { stdout, answer: JSON.parse(stdout.split("ANSWER ")[1] ?? "null") };
}

/** Lambda's environment, and the function's own variables. */
async function environment(own: Record<string, string> = {}): Promise<Record<string, string>> {
  const endpoint = await stack.client.config.endpoint?.();
  return {
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_SESSION_TOKEN: "c",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: `http://${endpoint?.hostname}:${endpoint?.port}`,
    DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:1/queue",
    ...own,
  };
}

describe("the bundle", () => {
  it("is at most 350 kB and holds neither zod nor the chain of credential providers", async () => {
    expect((await stat(outfile)).size).toBeLessThanOrEqual(BUNDLE_MAX_BYTES);
    const text = await readFile(outfile, "utf8");
    expect(text).not.toContain("sso_session");
    expect(text).not.toContain("ZodError");
  });

  it("updates inboxes with nothing but Lambda's environment, and logs no message text", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const record = await stack.send(at(members, 0), message_group_uuid, "top secret");
    const { stdout, answer } = await invoke({ Records: [record] }, await environment());
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 1,
      last_message: { message: "top secret" },
    });
    expect(stdout).not.toContain("secret");
  });

  it("continues the sender's trace, down to each inbox update", async () => {
    const exported: string[] = [];
    await using collector = await startServer((body) => {
      exported.push(body);
    });
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const traceparent = (id: string) => `00-${id.repeat(32)}-${id.repeat(16)}-01`;
    const records: StreamRecord[] = [];
    for (const id of ["a", "b"]) {
      const record = await stack.send(at(members, 0), message_group_uuid, "top secret");
      record.dynamodb.NewImage.traceparent = { S: traceparent(id) };
      records.push(record);
    }
    const { stdout, answer } = await invoke(
      { Records: records },
      await environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    const spans = spansOf(exported);
    const group = spans.find(({ name }) => name === "update inboxes");
    expect(group).toMatchObject({
      traceId: "a".repeat(32),
      parentSpanId: "a".repeat(16),
      links: [{ traceId: "b".repeat(32), spanId: "b".repeat(16) }],
    });
    const memberships = spans.filter(({ name }) => name === "update membership");
    expect(memberships.map(({ parentSpanId }) => parentSpanId)).toEqual([
      group?.spanId,
      group?.spanId,
    ]);
    expect(stdout).toContain(`"trace_id":"${"a".repeat(32)}"`);
    expect(exported.join()).not.toContain("secret");
  });

  it("does its work when traces are malformed or their collector is down", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const records: StreamRecord[] = [];
    for (const value of [
      { S: "nonsense" },
      { N: "1" },
      { S: `00-${"a".repeat(32)}-${"a".repeat(16)}-01` },
    ]) {
      const record = await stack.send(at(members, 0), message_group_uuid, "hello");
      record.dynamodb.NewImage.traceparent = value as (typeof record.dynamodb.NewImage)[string];
      records.push(record);
    }
    const { stdout, answer } = await invoke(
      { Records: records },
      await environment({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" }),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect((await stack.membership(at(members, 1), message_group_uuid)).unread_count).toBe(3);
    expect(stdout).toContain("trace_export_failed");
  });

  it("sends a malformed record's key to the queue", async () => {
    const bodies: string[] = [];
    await using server = await startServer((body) => {
      bodies.push(body);
    });
    const Records = [
      {
        eventName: "INSERT",
        dynamodb: { SequenceNumber: "5", Keys: { pk: { S: "MSG#x" }, sk: { S: "y" } } },
      },
    ];
    const { answer } = await invoke(
      { Records },
      await environment({
        AWS_ENDPOINT_URL: server.url,
        DEAD_LETTER_QUEUE_URL: `${server.url}/queue`,
      }),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(JSON.parse(JSON.parse(bodies[0] ?? "{}").MessageBody)).toMatchObject({
      reason: "malformed",
      pk: "MSG#x",
      sequence_number: "5",
    });
  });
});

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  links: object[];
}

/** The spans of OTLP requests. */
function spansOf(bodies: readonly string[]): ExportedSpan[] {
  return bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
}

/** Takes SQS's SendMessage and OTLP's traces. */
async function startServer(onBody: (body: string) => void) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      onBody(body);
      response.setHeader("content-type", "application/x-amz-json-1.0");
      const { MessageBody = "" } = JSON.parse(body) as { MessageBody?: string };
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
      response.end(JSON.stringify({ MessageId: "1", MD5OfMessageBody }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
