import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { alternate } from "../harness/alternate.ts";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { httpRequest } from "../harness/load.ts";
import { quantile, spread } from "../harness/stats.ts";
import { openStreams, type Streams } from "../harness/streams.ts";
import { startProduct, startWorld, type World } from "../harness/world.ts";

const COUNTS = [100, 1_000, 5_000];
const ROUNDS = 12;

interface Side {
  streams: Streams;
  send(marker: string): Promise<void>;
  bytesPerStream: number;
}

/** Opens the streams on a server and weighs it before and after. */
async function openOn(
  ctx: BenchContext,
  server: Child,
  count: number,
  requestOf: (index: number) => Buffer,
  send: (marker: string) => Promise<void>,
): Promise<Side> {
  const before = await server.usage({ afterGc: true });
  const streams = await openStreams({ port: server.ready, count, requestOf });
  ctx.defer(() => streams.close());
  await sleep(300);
  const after = await server.usage({ afterGc: true });
  return { streams, send, bytesPerStream: (after.rss - before.rss) / count };
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const response = await request(url, { method: "POST", headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${text}`);
}

/** Everybody in a group of 50 has `count / 50` tabs open; the owner writes to the group. */
async function startProductSide(ctx: BenchContext, world: World, count: number): Promise<Side> {
  const server = await startProduct(ctx, world);
  const requestOf = (index: number) =>
    httpRequest({
      method: "GET",
      path: "/trpc/live.events",
      port: server.ready,
      headers: {
        accept: "text/event-stream",
        authorization: `Bearer ${world.tokens[index % world.tokens.length]}`,
      },
    });
  const headers = { authorization: `Bearer ${world.token}`, "content-type": "application/json" };
  const url = `http://127.0.0.1:${server.ready}/trpc/messages.create`;
  const send = (message: string) =>
    post(
      url,
      headers,
      JSON.stringify({ message, message_group_uuid: world.groupOf50, client_id: randomUUID() }),
    );
  await send("warm-up");
  return openOn(ctx, server, count, requestOf, send);
}

async function startBareSide(ctx: BenchContext, count: number): Promise<Side> {
  const server = await startChild("src/peers/sse-server.ts", { alone: true });
  ctx.defer(() => server.stop());
  const requestOf = () => httpRequest({ method: "GET", path: "/", port: server.ready });
  // As long as a live message is, so that both write as much.
  const send = (marker: string) =>
    post(`http://127.0.0.1:${server.ready}/`, {}, marker.padEnd(450, "."));
  return openOn(ctx, server, count, requestOf, send);
}

async function timeToLast({ streams, send }: Side): Promise<number> {
  const marker = `marker-${randomUUID()}`;
  const all = streams.waitForAll(marker);
  await Promise.all([all, send(marker)]);
  return all;
}

export const live: Bench = {
  name: "live",
  question:
    "How long until a message is on every open stream, and what does a stream cost? Against a bare SSE server, from the send to the last stream; the product stores the message on the way.",
  steps: COUNTS.length * (ROUNDS + 2),
  async run(ctx) {
    const world = await startWorld(ctx);
    const measures: Measure[] = [];
    for (const count of COUNTS) {
      const product = await startProductSide(ctx, world, count);
      const bare = await startBareSide(ctx, count);
      ctx.tick();
      const slices = await alternate(
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
      const streams = count.toLocaleString("en-US");
      measures.push(
        {
          what: `${streams} streams: p99 delivery to all against bare SSE`,
          value: p99(slices.product) / p99(slices.bare),
          unit: "times",
          ...(largest && { goal: { at: "most", value: 5 } }),
          detail: `${p99(slices.product).toFixed(1)} against ${p99(slices.bare).toFixed(1)} ms; medians ${ours.toFixed(1)} and ${theirs.toFixed(1)} ms, ${ROUNDS} messages`,
        },
        {
          what: `${streams} streams: resident memory each`,
          value: product.bytesPerStream / 1000,
          unit: "kB",
          ...(largest && { goal: { at: "most", value: 40 } }),
          detail: `${(bare.bytesPerStream / 1000).toFixed(1)} kB on the bare server`,
        },
      );
      product.streams.close();
      bare.streams.close();
      await sleep(200);
      ctx.tick();
    }
    return measures;
  },
};
