import { Readable } from "node:stream";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { applicableFaults, type FaultKind, refusal, type TableRequest } from "./faults.ts";
import type { Interleaver } from "./interleaver.ts";

type RequestHandler = DynamoDBClient["config"]["requestHandler"];
type HttpRequest = Parameters<RequestHandler["handle"]>[0];
type HttpResponse = Awaited<ReturnType<RequestHandler["handle"]>>["response"];

/** The process that used this client has died; nothing it sends reaches the table any more. */
export class CrashError extends Error {
  override readonly name = "CrashError";
}

const WRITES = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "TransactWriteItems",
  "BatchWriteItem",
]);

/** Earlier answers of index Queries, shared by the clients of one table, as the index is. */
export class IndexAnswers {
  readonly #answers = new Map<string, string[]>();

  record(request: TableRequest, answer: string): void {
    const key = JSON.stringify(request.input);
    const answers = this.#answers.get(key);
    if (answers) answers.push(answer);
    else this.#answers.set(key, [answer]);
  }

  /** An answer this Query may have had seconds ago; before the first one, an empty index. */
  stale(request: TableRequest, choice: number): string {
    const answers = this.#answers.get(JSON.stringify(request.input)) ?? [];
    return answers[choice % (answers.length + 1)] ?? '{"Items":[],"Count":0,"ScannedCount":0}';
  }
}

export interface FaultyTable {
  /** Faults to come, one number a request, 0 for none; when used up, the table behaves. */
  plan: readonly number[];
  /** Dies right after this many more writes; null for never. */
  crashAfterWrites: number | null;
  interleaver: Interleaver | null;
  indexAnswers: IndexAnswers;
  /** Changes a request on its way, for example to leave a guard out. */
  rewrite: ((request: TableRequest) => TableRequest) | null;
  /** Told of every fault that was injected. */
  onFault: (kind: FaultKind | "crash") => void;
}

/**
 * Puts faults between a client and its table, at the SDK's request handler: retries, time-outs
 * and error mapping above it are the real ones. The returned state may be changed at any time.
 */
export function makeFaulty(client: DynamoDBClient, state: FaultyTable): FaultyTable {
  const inner = client.config.requestHandler;
  let taken = 0;
  let plan = state.plan;

  const nextFault = (request: TableRequest): [FaultKind | null, number] => {
    if (plan !== state.plan) [plan, taken] = [state.plan, 0];
    const choice = plan[taken++] ?? 0;
    const kinds = applicableFaults(request);
    return [choice === 0 ? null : (kinds[(choice - 1) % kinds.length] ?? null), choice];
  };

  const pass = async (
    request: TableRequest,
    http: HttpRequest,
    options: Parameters<RequestHandler["handle"]>[1],
  ): Promise<HttpResponse> => {
    if (state.crashAfterWrites !== null && state.crashAfterWrites <= 0) throw new CrashError();
    const { response } = await inner.handle(http, options);
    const body = await readAll(response.body);
    if (WRITES.has(request.operation) && state.crashAfterWrites !== null) {
      state.crashAfterWrites -= 1;
      if (state.crashAfterWrites <= 0) {
        state.onFault("crash");
        throw new CrashError();
      }
    }
    if (request.input["IndexName"] && response.statusCode === 200) {
      state.indexAnswers.record(request, body);
    }
    response.body = Readable.from([Buffer.from(body)]);
    return response;
  };

  const handle: RequestHandler["handle"] = async (http, options) => {
    const asked = readRequest(http);
    const request = state.rewrite ? state.rewrite(asked) : asked;
    const [kind, choice] = nextFault(request);
    const send = (sent: TableRequest) => {
      const write = () => pass(sent, withInput(http, sent, asked), options);
      return state.interleaver ? state.interleaver.run(write) : write();
    };
    if (kind) state.onFault(kind);
    const response = kind ? await injectFault(kind, request, choice, send) : await send(request);
    return { response };
  };

  const injectFault = async (
    kind: FaultKind,
    request: TableRequest,
    choice: number,
    send: (sent: TableRequest) => Promise<HttpResponse>,
  ): Promise<HttpResponse> => {
    if (kind === "stale_index") return answer(200, state.indexAnswers.stale(request, choice));
    if (kind === "unprocessed") return sendPart(request, choice, send);
    if (kind.endsWith("_after_write")) await send(request);
    const { statusCode, body, error } = refusal(kind, request);
    if (error) throw error;
    return answer(statusCode, JSON.stringify(body));
  };

  client.config.requestHandler = Object.assign(Object.create(inner), { handle });
  return state;
}

/** Sends some of a batch and hands the rest back unprocessed, which a 200 may do. */
async function sendPart(
  request: TableRequest,
  choice: number,
  send: (sent: TableRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const [name, unprocessedName] =
    request.operation === "BatchWriteItem"
      ? ["RequestItems", "UnprocessedItems"]
      : ["RequestItems", "UnprocessedKeys"];
  const items = request.input[name] as Record<string, unknown>;
  const [table = "", entry] = Object.entries(items)[0] ?? [];
  const list = (Array.isArray(entry) ? entry : (entry as { Keys: unknown[] }).Keys) as unknown[];
  const kept = choice % list.length;
  const rebuild = (part: unknown[]) => ({
    [table]: Array.isArray(entry) ? part : { ...(entry as object), Keys: part },
  });
  const left = rebuild(list.slice(kept));
  if (kept === 0) {
    const processed = request.operation === "BatchGetItem" ? { Responses: {} } : {};
    return answer(200, JSON.stringify({ ...processed, [unprocessedName]: left }));
  }
  const response = await send({
    ...request,
    input: { ...request.input, [name]: rebuild(list.slice(0, kept)) },
  });
  const body = JSON.parse(await readAll(response.body)) as Record<string, unknown>;
  return answer(response.statusCode, JSON.stringify({ ...body, [unprocessedName]: left }));
}

function answer(statusCode: number, body: string): HttpResponse {
  return {
    statusCode,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Readable.from([Buffer.from(body)]),
  } as HttpResponse;
}

function readRequest(http: HttpRequest): TableRequest {
  const target = http.headers["x-amz-target"] ?? "";
  const body = typeof http.body === "string" ? http.body : textOf(http.body as Uint8Array);
  return { operation: target.split(".").at(-1) ?? "", input: JSON.parse(body || "{}") };
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

function withInput(http: HttpRequest, sent: TableRequest, asked: TableRequest): HttpRequest {
  if (sent === asked) return http;
  const body = JSON.stringify(sent.input);
  const headers = { ...http.headers, "content-length": String(Buffer.byteLength(body)) };
  return Object.assign(http.clone(), { body, headers });
}

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
