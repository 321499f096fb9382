import type { Bench, Measure } from "../harness/bench.ts";
import { PASSWORD, startEnvironment, startProduct } from "../harness/environment.ts";
import { createLoad, httpRequest } from "../harness/load.ts";
import { spread } from "../harness/stats.ts";

/** More connections would only wait for the pool's password hashing until the server's timeout. */
const CONNECTIONS = [1, 16];
const SLICES = 4;

export const signIn: Bench = {
  name: "sign-in",
  question:
    "How many people can sign in per second? The limit is the local user pool, which hashes passwords in the process of the load, and not the server.",
  steps: CONNECTIONS.length * SLICES,
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const product = await startProduct(ctx, environment);
    const origin = "http://localhost:3000";
    const request = httpRequest({
      method: "POST",
      path: "/session",
      port: product.ready,
      headers: { origin },
      body: JSON.stringify({ handle: environment.owner.handle, password: PASSWORD }),
    });
    const measures: Measure[] = [];
    for (const connections of CONNECTIONS) {
      const load = await createLoad({ port: product.ready, connections, request });
      ctx.defer(() => load.close());
      await load.run(300);
      const slices = [];
      for (let index = 0; index < SLICES; index += 1) {
        const before = await product.usage();
        const result = await load.run(500);
        const { cpuUs } = await product.usage();
        slices.push({ ...result, cpuUs: (cpuUs - before.cpuUs) / result.requests });
        ctx.tick();
      }
      const median = (values: number[]) => spread(values).median;
      measures.push({
        what: `POST /session, ${connections} connection${connections === 1 ? "" : "s"}: sign-ins per second`,
        value: spread(slices.map(({ requests, seconds }) => requests / seconds)),
        unit: "per second",
        detail: `${Math.round(median(slices.map(({ cpuUs }) => cpuUs)))} µs of the server's CPU each; p50 ${median(slices.map(({ p50Ms }) => p50Ms)).toFixed(1)}, p99 ${median(slices.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`,
      });
    }
    return measures;
  },
};
