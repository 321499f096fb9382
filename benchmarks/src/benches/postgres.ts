import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../harness/bench.ts";
import { fetchBody, startEnvironment, startProduct } from "../harness/environment.ts";
import { startQueryCounter } from "../harness/query-counter.ts";

/** Reads of a page load, as the web app batches them. */
const PATHS = ["messageGroups.list", "messageGroups.get", "messages.list"];

export const postgres: Bench = {
  name: "postgres",
  question: "How many Postgres queries does a request need, counted on the wire?",
  steps: 5,
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const counter = await startQueryCounter(ctx, environment.connectionUrl);
    const product = await startProduct(ctx, environment, {
      env: { CONNECTION_URL: counter.connectionUrl },
    });
    // The queries of the start belong to no request.
    await sleep(1500);
    const message_group_uuid = environment.pair;
    const inputs = { 0: {}, 1: { message_group_uuid }, 2: { message_group_uuid } };
    const page = () => fetchBody(environment, product.ready, `${PATHS.join(",")}?batch=1`, inputs);
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      counter.take();
      await work();
      ctx.tick();
      return counter.take();
    };
    // A session is older than the page, so the server already knows its token.
    const firstSight = await count(() => fetchBody(environment, product.ready, "users.me", {}));
    const cold = await count(() => fetchBody(environment, product.ready, "messageGroups.list", {}));
    await page();
    const warm = await count(page);
    const background = await count(() => sleep(2000));
    // A second server knows nobody, and all three calls of a page load query at once.
    const other = await startProduct(ctx, environment, {
      env: { CONNECTION_URL: counter.connectionUrl },
    });
    await sleep(1500);
    await fetchBody(environment, other.ready, "users.me", {});
    const coldBatch = await count(() =>
      fetchBody(environment, other.ready, `${PATHS.join(",")}?batch=1`, inputs),
    );
    return [
      {
        what: "a warm request (a page's batch of three)",
        value: warm,
        unit: "queries",
        goal: { at: "most", value: 0 },
      },
      {
        what: "a page of the inbox with 20 people whose names are not cached",
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
