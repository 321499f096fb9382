/**
 * A DynamoDB endpoint that answers reads from memory, so that the engine is not measured. It sends
 * each new read to the engine and repeats its answer. Writes succeed at once, without the engine.
 * Arguments: the endpoint of the engine, and after how many milliseconds to answer.
 */
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { request } from "undici";
import { announceReady } from "../harness/job.ts";

const [engine = "", delayMs = "0"] = process.argv.slice(2);
const answers = new Map<string, Buffer>();
const reads = /^(Query|GetItem|BatchGetItem)$/;
const writes = /^(PutItem|UpdateItem|TransactWriteItems)$/;

async function answer(operation: string, body: string): Promise<Buffer> {
  const key = operation + body;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const response = await request(engine, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      "x-amz-date": "20260101T000000Z",
    },
  });
  const bytes = toBytes(response.statusCode, await response.body.text());
  if (reads.test(operation) && response.statusCode === 200) answers.set(key, bytes);
  return bytes;
}

function toBytes(status: number, text: string): Buffer {
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: 00000000-0000-0000-0000-000000000000\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
  return Buffer.from(head + text);
}

const written = toBytes(200, "{}");
const delay = Number(delayMs);

function serve(socket: Socket): void {
  let pending: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    const headEnd = pending.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = pending.toString("latin1", 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (pending.length < headEnd + 4 + length) return;
    const body = pending.toString("utf8", headEnd + 4, headEnd + 4 + length);
    pending = Buffer.alloc(0);
    const operation = /\r\nx-amz-target: *DynamoDB_20120810\.(\w+)/i.exec(head)?.[1] ?? "";
    const known = writes.test(operation) ? written : answers.get(operation + body);
    if (known !== undefined && delay === 0) socket.write(known);
    else if (known !== undefined) setTimeout(() => socket.write(known), delay);
    else
      answer(operation, body).then(
        (bytes) => socket.write(bytes),
        () => socket.destroy(),
      );
  });
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
