import type { Bench } from "../harness/bench.ts";
import { createLoad } from "../harness/load.ts";
import { createRequests, queryRequest, startProduct, startWorld } from "../harness/world.ts";

/** The hour is made of its requests, sent as fast as they are answered. */
const REQUESTS_PER_SECOND = 10;
const MINUTE = 60 * REQUESTS_PER_SECOND;
const HOUR = 60 * MINUTE;
/** Sent before the first minute, as in every bench: memory for compiled code isn't growth. */
const WARM_UP = 3_000;
const STEPS = 20;
const CREATES_SHARE = 0.1;

export const memory: Bench = {
  name: "memory",
  question: "Does the server's memory grow? An hour's requests against its first minute's.",
  steps: STEPS + 2,
  async run(ctx) {
    const world = await startWorld(ctx);
    const product = await startProduct(ctx, world);
    const message_group_uuid = world.pair;
    const reads = [
      queryRequest(world, product.ready, "messageGroups.list", {}),
      queryRequest(world, product.ready, "messages.list", { message_group_uuid }),
      queryRequest(world, product.ready, "messageGroups.get", { message_group_uuid }),
    ];
    const create = createRequests(world, product.ready, message_group_uuid);
    let sent = 0;
    const load = await createLoad({
      port: product.ready,
      connections: 16,
      request: () => {
        sent += 1;
        const isCreate = sent % Math.round(1 / CREATES_SHARE) === 0;
        return isCreate ? create() : (reads[sent % reads.length] as Buffer);
      },
    });
    ctx.defer(() => load.close());
    const until = async (requests: number) => {
      while (sent < requests) await load.run(100);
      ctx.tick();
      return product.usage({ afterGc: true });
    };
    await until(WARM_UP);
    const minute = await until(WARM_UP + MINUTE);
    let hour = minute;
    for (let step = 1; step <= STEPS; step += 1)
      hour = await until(WARM_UP + (HOUR * step) / STEPS);
    const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
    return [
      {
        what: "resident memory after an hour's requests against after a minute's",
        value: hour.rss / minute.rss,
        unit: "times",
        goal: { at: "most", value: 1.2 },
        detail: `${mb(hour.rss)} against ${mb(minute.rss)} MB; an hour at ${REQUESTS_PER_SECOND} requests a second (${HOUR.toLocaleString("en-US")}, a tenth of them sends) as fast as they go, after a warm-up of ${WARM_UP.toLocaleString("en-US")}`,
      },
      {
        what: "heap after a collection, the same",
        value: hour.heapUsed / minute.heapUsed,
        unit: "times",
        detail: `${mb(hour.heapUsed)} against ${mb(minute.heapUsed)} MB`,
      },
    ];
  },
};
