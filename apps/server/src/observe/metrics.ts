import { createServer, type Server } from "node:http";
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  Registry,
} from "prom-client";

const LATENCY_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type Metrics = ReturnType<typeof createMetrics>;

/** The server's metrics, in a registry of their own so that several servers fit in one process. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  /** Read whenever the metrics are collected. `compose.ts` sets them. */
  const state = { liveConnections: () => 0, listening: () => false };
  new Gauge({
    name: "cruddur_live_connections",
    help: "Open live connections.",
    registers,
    collect() {
      this.set(state.liveConnections());
    },
  });
  new Gauge({
    name: "cruddur_live_channel_up",
    help: "1 while live notices of other servers arrive.",
    // Of several processes on one port, all of them.
    aggregator: "min",
    registers,
    collect() {
      this.set(state.listening() ? 1 : 0);
    },
  });
  return {
    registry,
    state,
    requests: new Counter({
      name: "cruddur_http_requests_total",
      help: "HTTP requests by route and status.",
      labelNames: ["route", "status"] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: "cruddur_http_request_seconds",
      help: "Time to answer a request.",
      labelNames: ["route"] as const,
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    procedureSeconds: new Histogram({
      name: "cruddur_procedure_seconds",
      help: "Time of a procedure, by outcome (ok or the error's code).",
      labelNames: ["procedure", "outcome"] as const,
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    dynamoDbSeconds: new Histogram({
      name: "cruddur_dynamodb_seconds",
      help: "Time of a DynamoDB call.",
      labelNames: ["operation", "outcome"] as const,
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    cspViolations: new Counter({
      name: "cruddur_csp_violations_total",
      help: "Content that browsers blocked, by directive of the content security policy.",
      labelNames: ["directive"] as const,
      registers,
    }),
    dynamoDbUnits: new Counter({
      name: "cruddur_dynamodb_consumed_units_total",
      help: "Capacity units consumed.",
      labelNames: ["operation"] as const,
      registers,
    }),
  };
}

/** Serves `/metrics` on a port of its own, which must not be public. */
export async function serveMetrics(
  { registry }: Metrics,
  address: { host: string; port: number },
): Promise<Server> {
  collectDefaultMetrics({ register: registry });
  return listenForMetrics({
    ...{ ...address, contentType: registry.contentType, read: () => registry.metrics() },
  });
}

/** Gives the metrics of this process to the one that started it, which serves those of all. */
export function shareMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry });
  // Its constructor alone makes this process answer the one that asks for its metrics.
  void new AggregatorRegistry();
  AggregatorRegistry.setRegistries([registry]);
}

/** Answers `/metrics` with what `read` returns at that moment. */
export async function listenForMetrics(options: {
  host: string;
  port: number;
  contentType: string;
  read: () => Promise<string>;
}): Promise<Server> {
  const { host, port, contentType, read } = options;
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") return response.writeHead(404).end();
    read().then(
      (body) => response.writeHead(200, { "content-type": contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return server;
}
