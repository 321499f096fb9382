import type { IncomingMessage } from "node:http";
import { AppError } from "@cruddur/contract/errors";

/** Fits the longest message in the most wasteful JSON escapes, with some room. */
export const MAX_BODY_BYTES = 256 * 1024;

/**
 * Returns a function that reads the JSON body of a request. The body is read when it is first asked
 * for, so that nothing is kept for a caller whom a guard has refused. The function throws AppError
 * `invalid_input` for a body that is not JSON or does not arrive whole.
 * @returns null unless the request says that it is JSON of a permitted length
 */
export function createJsonBody(request: IncomingMessage): (() => Promise<unknown>) | null {
  const { "content-type": type, "content-length": length } = request.headers;
  if (!type?.startsWith("application/json") || !(Number(length) <= MAX_BODY_BYTES)) return null;
  let body: Promise<unknown> | undefined;
  return () => {
    body ??= readText(request).then(parseJson);
    return body;
  };
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(utf8.decode(Buffer.concat(chunks))));
    request.once("error", () => reject(new AppError("invalid_input")));
  });
}

/** Leaves out a byte order mark, as `Request` does. */
const utf8 = new TextDecoder();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("invalid_input");
  }
}
