import { connect, type Socket } from "node:net";
import { quantile } from "./stats.ts";

interface LoadResult {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Load {
  /** Sends one request at a time on each connection for this duration. */
  run(durationMs: number): Promise<LoadResult>;
  close(): void;
}

/** The bytes of an HTTP/1.1 request. */
export function httpRequest(options: {
  method: "GET" | "POST";
  path: string;
  port: number;
  headers?: Record<string, string>;
  body?: string;
}): Buffer {
  const body = options.body ?? "";
  const headers = {
    host: `127.0.0.1:${options.port}`,
    ...(options.method === "POST" && {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    }),
    ...options.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${options.method} ${options.path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/**
 * Creates a closed-loop load on loopback over raw sockets. It uses less CPU for a request than the
 * bare server, where general tools use more and would measure themselves. Every status other than
 * 2xx fails the run, since errors are fast.
 * @param options.request the bytes to send, or a function that returns those of the next request
 */
export async function createLoad(options: {
  port: number;
  connections: number;
  request: Buffer | (() => Buffer);
}): Promise<Load> {
  const { request } = options;
  const next = typeof request === "function" ? request : () => request;
  let latencies: number[] = [];
  let running = false;
  let stopAt = 0;
  let busy = 0;
  let settle: { resolve(): void; reject(error: Error): void } | undefined;

  const fail = (error: Error) => {
    running = false;
    settle?.reject(error);
  };

  const open = async (): Promise<() => void> => {
    const socket = await connected(options.port);
    let startedAt = 0;
    const send = () => {
      startedAt = performance.now();
      socket.write(next());
    };
    onResponse(socket, (status, head) => {
      const now = performance.now();
      latencies.push(now - startedAt);
      if (status < 200 || status > 299) fail(new Error(`HTTP ${status} under load: ${head}`));
      else if (running && now < stopAt) send();
      else if (--busy === 0) settle?.resolve();
    });
    socket.on("error", fail);
    socket.on("close", () => running && fail(new Error("connection closed under load")));
    sockets.push(socket);
    return send;
  };

  const sockets: Socket[] = [];
  const senders: (() => void)[] = [];
  for (let i = 0; i < options.connections; i += 1) senders.push(await open());

  return {
    async run(durationMs) {
      latencies = [];
      running = true;
      busy = senders.length;
      const startedAt = performance.now();
      stopAt = startedAt + durationMs;
      const done = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
      for (const send of senders) send();
      await done;
      running = false;
      const seconds = (performance.now() - startedAt) / 1000;
      const sorted = Float64Array.from(latencies).sort();
      return {
        requests: sorted.length,
        seconds,
        p50Ms: quantile(sorted, 0.5),
        p99Ms: quantile(sorted, 0.99),
      };
    },
    close() {
      running = false;
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Calls back at the end of each response, with a content length or in chunks. No pipelining. */
function onResponse(socket: Socket, callback: (status: number, text: string) => void): void {
  let status = 0;
  let left = -1;
  let head: Buffer | undefined;
  let chunked = false;
  let tail = "";
  socket.on("data", (data: Buffer) => {
    let chunk = data;
    if (left === -1) {
      chunk = head === undefined ? data : Buffer.concat([head, data]);
      const end = chunk.indexOf("\r\n\r\n");
      if (end === -1) {
        head = chunk;
        return;
      }
      head = undefined;
      const text = chunk.toString("latin1", 0, end).toLowerCase();
      status = Number(text.slice(9, 12));
      chunked = text.includes("\r\ntransfer-encoding: chunked");
      left = chunked ? 0 : Number(/\r\ncontent-length: (\d+)/.exec(text)?.[1] ?? 0);
      chunk = chunk.subarray(end + 4);
      tail = "";
    }
    if (chunked) {
      // JSON contains no CRLF, so this is the last chunk.
      tail = (tail + chunk.toString("latin1", Math.max(0, chunk.length - 7))).slice(-7);
      if (!(tail.endsWith("\r\n0\r\n\r\n") || tail === "0\r\n\r\n")) return;
    } else {
      left -= chunk.length;
      if (left > 0) return;
    }
    left = -1;
    callback(status, status > 299 ? chunk.toString("latin1", 0, 300) : "");
  });
}
