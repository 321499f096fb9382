import { Readable } from "node:stream";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readTableRequest, type TableRequest } from "./faults.ts";
import type { FaultyTable, TableAnswer } from "./faulty-table.ts";

type RequestHandler = DynamoDBClient["config"]["requestHandler"];
type HttpRequest = Parameters<RequestHandler["handle"]>[0];
type HttpResponse = Awaited<ReturnType<RequestHandler["handle"]>>["response"];

/**
 * Injects a table's faults into a client, below the SDK's retries, timeouts and error mapping, which
 * remain the real ones. Changes the client and returns it.
 */
export function addFaults(client: DynamoDBClient, table: FaultyTable): DynamoDBClient {
  const inner = client.config.requestHandler;
  const handle: RequestHandler["handle"] = async (http, options) => {
    const requested = readTableRequest(http.headers["x-amz-target"], textOf(http.body));
    const answer = await table.handle(requested, async (sent) => {
      const { response } = await inner.handle(withInput(http, sent, requested), options);
      return { statusCode: response.statusCode, body: await readAll(response.body) };
    });
    return { response: toResponse(answer) };
  };
  client.config.requestHandler = Object.assign(Object.create(inner), { handle });
  return client;
}

function toResponse({ statusCode, body }: TableAnswer): HttpResponse {
  return {
    statusCode,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Readable.from([Buffer.from(body)]),
  } as HttpResponse;
}

function withInput(http: HttpRequest, sent: TableRequest, requested: TableRequest): HttpRequest {
  if (sent === requested) return http;
  const body = JSON.stringify(sent.input);
  const headers = { ...http.headers, "content-length": String(Buffer.byteLength(body)) };
  return Object.assign(http.clone(), { body, headers });
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  const { buffer, byteOffset, byteLength } = body as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
