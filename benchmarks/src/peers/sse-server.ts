/**
 * A bare SSE server, the limit for live delivery: holds every GET open and writes one event to all
 * of them when it gets a POST.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { announceReady } from "../harness/job.ts";

const streams = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write("event: connected\ndata: {}\n\n");
    streams.add(response);
    response.on("close", () => streams.delete(response));
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  for (const stream of streams) stream.write(`data: ${body}\n\n`);
  response.end("{}");
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", 8192, () => announceReady((server.address() as AddressInfo).port));
