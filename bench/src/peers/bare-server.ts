/** The limit for a framework: `node:http` answering the same bytes from memory. Bytes on argv. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { announceReady } from "../harness/job.ts";

const body = readFileSync(process.argv[2] ?? "");
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
});
// Longer than any side waits for its turn.
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
