import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../harness/bench.ts";
import { startQueryCounter } from "../harness/query-counter.ts";
import { fetchBody, startProduct, startWorld } from "../harness/world.ts";

/** Reads of a page load, as the web app batches them. */
const PATHS = ["messageGroups.list", "messageGroups.get", "messages.list"];

export const postgres: Bench = {
  name: "postgres",
  question: "How many Postgres queries does a request need? Counted on the wire.",
  steps: 5,
  async run(ctx) {
    const world = await startWorld(ctx);
    const counter = await startQueryCounter(ctx, world.connectionUrl);
    const product = await startProduct(ctx, world, {
      env: { CONNECTION_URL: counter.connectionUrl },
    });
    // What the server asks at its start is nobody's request.
    await sleep(1500);
    const message_group_uuid = world.pair;
    const inputs = { 0: {}, 1: { message_group_uuid }, 2: { message_group_uuid } };
    const page = () => fetchBody(world, product.ready, `${PATHS.join(",")}?batch=1`, inputs);
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      counter.take();
      await work();
      ctx.tick();
      return counter.take();
    };
    // A session is older than the page: its token was seen at sign-in.
    const firstSight = await count(() => fetchBody(world, product.ready, "users.me", {}));
    const cold = await count(() => fetchBody(world, product.ready, "messageGroups.list", {}));
    await page();
    const warm = await count(page);
    const background = await count(() => sleep(2000));
    // Another server knows nobody: all three calls of a page load ask at once.
    const other = await startProduct(ctx, world, {
      env: { CONNECTION_URL: counter.connectionUrl },
    });
    await sleep(1500);
    await fetchBody(world, other.ready, "users.me", {});
    const coldBatch = await count(() =>
      fetchBody(world, other.ready, `${PATHS.join(",")}?batch=1`, inputs),
    );
    return [
      {
        what: "a warm request (a page's batch of three)",
        value: warm,
        unit: "queries",
        goal: { at: "most", value: 0 },
      },
      {
        what: "a cold page of the inbox: 20 people, nobody's name known yet",
        value: cold,
        unit: "queries",
        goal: { at: "most", value: 1 },
      },
      {
        what: "a token seen for the first time (users.me)",
        value: firstSight,
        unit: "queries",
        detail: "once per token and server",
      },
      { what: "a page load's batch of three on a cold server", value: coldBatch, unit: "queries" },
      { what: "an idle server, in 2 s", value: background, unit: "queries" },
    ];
  },
};
