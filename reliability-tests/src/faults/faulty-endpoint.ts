import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { readTableRequest } from "./faults.ts";
import type { FaultyTable } from "./faulty-table.ts";

export interface FaultyEndpoint extends AsyncDisposable {
  /** The URL that clients use as DynamoDB's endpoint. */
  readonly endpoint: string;
  /** Injects the faults of the next requests. */
  table: FaultyTable;
}

/**
 * Injects a table's faults at an endpoint, for clients that do not use the SDK's request handler
 * alone. A lost connection and a timeout are a socket that closes without an answer.
 * @param target endpoint of the engine
 */
export async function startFaultyEndpoint(
  target: string,
  table: FaultyTable,
): Promise<FaultyEndpoint> {
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ statusCode, body }) => {
        response.writeHead(statusCode, { "content-type": "application/x-amz-json-1.0" });
        response.end(body);
      },
      () => request.socket.destroy(),
    );
  });
  const answer = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const header = request.headers["x-amz-target"] as string;
    const requested = readTableRequest(header, Buffer.concat(chunks).toString("utf8"));
    return endpoint.table.handle(requested, async ({ input }) => {
      const reply = await fetch(target, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": header,
          authorization: request.headers.authorization ?? "",
          "x-amz-date": String(request.headers["x-amz-date"] ?? ""),
        },
        body: JSON.stringify(input),
      });
      return { statusCode: reply.status, body: await reply.text() };
    });
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: FaultyEndpoint = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    table,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return endpoint;
}
