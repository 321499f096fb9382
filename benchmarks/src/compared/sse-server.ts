/**
 * The limit for live events: a bare SSE server that keeps every GET open, and for each POST writes
 * one event to all of them.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { announceReady } from "../harness/job.ts";

const connections = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write("event: connected\ndata: {}\n\n");
    connections.add(response);
    response.on("close", () => connections.delete(response));
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  for (const connection of connections) connection.write(`data: ${body}\n\n`);
  response.end("{}");
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", 8192, () => announceReady((server.address() as AddressInfo).port));
