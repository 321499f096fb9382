import { createServer, request as forward, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands before the table and holds its requests back, so that a test sees which wait at the same time. */
export async function startTableGate(endpoint: string) {
  const target = new URL(endpoint);
  let isHeld = false;
  let waiting: { operation: string; go: () => void }[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const go = () => {
      const { method, url: path, headers } = request;
      const onward = forward({ host: target.hostname, port: target.port, method, path, headers });
      onward.on("response", (answer: IncomingMessage) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    };
    if (isHeld) waiting.push({ operation, go });
    else go();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      isHeld = true;
    },
    /** The operations that wait, in alphabetical order. */
    waiting: () => waiting.map(({ operation }) => operation).sort(),
    /** Lets those that wait pass; later ones wait again. */
    pass() {
      const passing = waiting;
      waiting = [];
      for (const { go } of passing) go();
    },
    open() {
      isHeld = false;
      this.pass();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
