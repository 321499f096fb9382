import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { type Environment, startEnvironment, startProduct } from "../harness/environment.ts";
import { type LiveConnections, openLiveConnections } from "../harness/live-connections.ts";
import { httpRequest } from "../harness/load.ts";
import { quantile, spread } from "../harness/stats.ts";

const COUNTS = [100, 1_000, 5_000];
const ROUNDS = 12;

interface Side {
  connections: LiveConnections;
  send(marker: string): Promise<void>;
  bytesPerConnection: number;
}

/** Opens live connections to a server, and measures its memory before and after. */
async function openOn(
  ctx: BenchContext,
  server: Child,
  count: number,
  requestOf: (index: number) => Buffer,
  send: (marker: string) => Promise<void>,
): Promise<Side> {
  const before = await server.usage({ afterGc: true });
  const connections = await openLiveConnections({ port: server.ready, count, requestOf });
  ctx.defer(() => connections.close());
  await sleep(300);
  const after = await server.usage({ afterGc: true });
  return { connections, send, bytesPerConnection: (after.rss - before.rss) / count };
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const response = await request(url, { method: "POST", headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${text}`);
}

/** Each of 50 members has `count / 50` live connections. The owner sends the messages. */
async function startProductSide(
  ctx: BenchContext,
  environment: Environment,
  count: number,
): Promise<Side> {
  const server = await startProduct(ctx, environment);
  const requestOf = (index: number) =>
    httpRequest({
      method: "GET",
      path: "/trpc/live.events",
      port: server.ready,
      headers: {
        accept: "text/event-stream",
        authorization: `Bearer ${environment.tokens[index % environment.tokens.length]}`,
      },
    });
  const headers = {
    authorization: `Bearer ${environment.token}`,
    "content-type": "application/json",
  };
  const url = `http://127.0.0.1:${server.ready}/trpc/messages.create`;
  const send = (message: string) =>
    post(
      url,
      headers,
      JSON.stringify({
        message,
        message_group_uuid: environment.groupOf50,
        client_id: randomUUID(),
      }),
    );
  await send("warm-up");
  return openOn(ctx, server, count, requestOf, send);
}

async function startBareSide(ctx: BenchContext, count: number): Promise<Side> {
  const server = await startChild("src/compared/sse-server.ts", { alone: true });
  ctx.defer(() => server.stop());
  const requestOf = () => httpRequest({ method: "GET", path: "/", port: server.ready });
  // As long as a live event, so that both servers write the same number of bytes.
  const send = (marker: string) =>
    post(`http://127.0.0.1:${server.ready}/`, {}, marker.padEnd(450, "."));
  return openOn(ctx, server, count, requestOf, send);
}

async function timeToLast({ connections, send }: Side): Promise<number> {
  const marker = `marker-${randomUUID()}`;
  const all = connections.waitForAll(marker);
  await Promise.all([all, send(marker)]);
  return all;
}

export const live: Bench = {
  name: "live",
  question:
    "How long does a message take to arrive on every live connection, and how much memory does a connection need? Compared with a bare SSE server, from the send to the last connection; the product also stores the message.",
  steps: COUNTS.length * (ROUNDS + 2),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const measures: Measure[] = [];
    for (const count of COUNTS) {
      const product = await startProductSide(ctx, environment, count);
      const bare = await startBareSide(ctx, count);
      ctx.tick();
      const slices = await alternateSides(
        { product: () => timeToLast(product), bare: () => timeToLast(bare) },
        { rounds: ROUNDS, tick: ctx.tick },
      );
      const p99 = (values: number[]) =>
        quantile(
          [...values].sort((a, b) => a - b),
          0.99,
        );
      const [ours, theirs] = [spread(slices.product).median, spread(slices.bare).median];
      const largest = count === COUNTS.at(-1);
      const label = count.toLocaleString("en-US");
      measures.push(
        {
          what: `${label} live connections: p99 delivery to all against bare SSE`,
          value: p99(slices.product) / p99(slices.bare),
          unit: "times",
          ...(largest && { goal: { at: "most", value: 5 } }),
          detail: `${p99(slices.product).toFixed(1)} against ${p99(slices.bare).toFixed(1)} ms; medians ${ours.toFixed(1)} and ${theirs.toFixed(1)} ms, ${ROUNDS} messages`,
        },
        {
          what: `${label} live connections: resident memory each`,
          value: product.bytesPerConnection / 1000,
          unit: "kB",
          ...(largest && { goal: { at: "most", value: 40 } }),
          detail: `${(bare.bytesPerConnection / 1000).toFixed(1)} kB on the bare server`,
        },
      );
      product.connections.close();
      bare.connections.close();
      await sleep(200);
      ctx.tick();
    }
    return measures;
  },
};
