/**
 * The limit for a framework: `node:http` that answers with bytes from memory. Arguments: a file with
 * the bytes, and `serialised` to serialise them from an object each time, as a server with data must.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { announceReady } from "../harness/job.ts";

const [file = "", how] = process.argv.slice(2);
const bytes = readFileSync(file);
const answer: unknown = JSON.parse(bytes.toString());
const server = createServer((_request, response) => {
  const body = how === "serialised" ? Buffer.from(JSON.stringify(answer)) : bytes;
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
});
// Longer than a server waits for its next slice.
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
