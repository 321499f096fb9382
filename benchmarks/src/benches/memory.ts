import type { Bench } from "../harness/bench.ts";
import {
  createRequests,
  queryRequest,
  startEnvironment,
  startProduct,
} from "../harness/environment.ts";
import { createLoad } from "../harness/load.ts";

/** An hour's requests are sent as fast as they are answered. */
const REQUESTS_PER_SECOND = 10;
const MINUTE = 60 * REQUESTS_PER_SECOND;
const HOUR = 60 * MINUTE;
/** Sent before the first minute, since the memory of compiled code is not growth. */
const WARM_UP = 3_000;
const STEPS = 20;
const CREATES_SHARE = 0.1;

export const memory: Bench = {
  name: "memory",
  question:
    "Does the memory of the server grow? After the requests of an hour, compared with those of its first minute.",
  steps: STEPS + 2,
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const product = await startProduct(ctx, environment);
    const message_group_uuid = environment.pair;
    const reads = [
      queryRequest(environment, product.ready, "messageGroups.list", {}),
      queryRequest(environment, product.ready, "messages.list", { message_group_uuid }),
      queryRequest(environment, product.ready, "messageGroups.get", { message_group_uuid }),
    ];
    const create = createRequests(environment, product.ready, message_group_uuid);
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
    };
    await until(WARM_UP);
    await until(WARM_UP + MINUTE);
    const minute = await product.usage({ afterGc: true });
    for (let step = 1; step <= STEPS; step += 1) await until(WARM_UP + (HOUR * step) / STEPS);
    const hour = await product.usage({ afterGc: true });
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
