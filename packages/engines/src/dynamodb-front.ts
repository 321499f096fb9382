import { connect, createServer, type Socket } from "node:net";
import type { LoopbackAddress } from "./hidden-address.ts";
import { PortTakenError } from "./ports.ts";
import {
  type EngineCredentials,
  isFromWebPage,
  isSignedWith,
  type RequestHeaders,
} from "./request-guard.ts";

export interface DynamoDbFront {
  readonly port: number;
  stop(): Promise<void>;
}

const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_TIMEOUT_MS = 10_000;
const END_OF_HEAD = "\r\n\r\n";

/**
 * Listens on loopback in front of a DynamoDB engine and passes on only connections whose first
 * request is signed with the stack's credentials and comes from no web page. The rest of a
 * connection is copied unread, which costs next to nothing: a connection has one owner, who has
 * shown the credentials, and browsers open connections of their own.
 */
export async function startDynamoDbFront(options: {
  port: number;
  credentials: EngineCredentials;
  target: LoopbackAddress;
}): Promise<DynamoDbFront> {
  const { port, credentials, target } = options;
  const open = new Set<Socket>();

  const admit = (near: Socket) => {
    const far = connect(target);
    far.setNoDelay(true);
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far);
    far.pipe(near);
  };

  const server = createServer((near) => {
    open.add(near);
    near.setNoDelay(true);
    near.on("error", () => near.destroy()).on("close", () => open.delete(near));
    near.setTimeout(HEAD_TIMEOUT_MS, () => near.destroy());
    let received: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf(END_OF_HEAD);
      if (end < 0 && received.length <= MAX_HEAD_BYTES) return;
      near.off("data", onData).pause().setTimeout(0);
      const head = received.subarray(0, end < 0 || end > MAX_HEAD_BYTES ? 0 : end);
      const refusal = refusalOf(head, { port, credentials });
      if (refusal !== null) {
        near.end(refusal);
        return;
      }
      near.unshift(received);
      admit(near);
    };
    near.on("data", onData);
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port, { cause: error }) : error);
    });
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const near of open) near.destroy();
      }),
  };
}

/** The answer to a connection that may not go on; null where it may. */
function refusalOf(
  head: Buffer,
  { port, credentials }: { port: number; credentials: EngineCredentials },
): string | null {
  const headers = readHeaders(head.toString("latin1"));
  if (headers === null) return answer(400, "SerializationException", "Not an HTTP request");
  if (isFromWebPage(headers, port)) {
    return answer(403, "AccessDeniedException", "Web pages can't use the local stack");
  }
  if (!isSignedWith(headers, credentials)) {
    return answer(
      400,
      "UnrecognizedClientException",
      "The security token included in the request is invalid: the credentials are in stack.json",
    );
  }
  return null;
}

/** The headers that decide; null for what is no HTTP/1.1 request, or repeats one of them. */
function readHeaders(head: string): RequestHeaders | null {
  const [requestLine = "", ...lines] = head.split("\r\n");
  if (!/^[A-Z]+ \S+ HTTP\/1\.1$/.test(requestLine)) return null;
  const headers = {
    host: undefined,
    origin: undefined,
    authorization: undefined,
  } as RequestHeaders;
  for (const line of lines) {
    const [, name = "", value = ""] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === "") return null;
    if (key !== "host" && key !== "origin" && key !== "authorization") continue;
    if (headers[key] !== undefined) return null;
    headers[key] = value;
  }
  return headers;
}

/** As DynamoDB refuses, so that the SDK makes an error of it; without any CORS header. */
function answer(status: 400 | 403, type: string, message: string): string {
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message });
  return [
    `HTTP/1.1 ${status} ${status === 400 ? "Bad Request" : "Forbidden"}`,
    "content-type: application/x-amz-json-1.0",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
