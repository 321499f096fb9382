import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench } from "../harness/bench.ts";
import { queryRequest, startEnvironment, startProduct } from "../harness/environment.ts";
import { createLoad } from "../harness/load.ts";
import { pairedRatio, spread } from "../harness/stats.ts";

const ROUNDS = 9;
const SLICE_MS = 400;
const CONNECTIONS = 16;

export const page: Bench = {
  name: "page",
  question:
    "How much does a batch of the three calls of a page load save, compared with three requests?",
  steps: ROUNDS + 1,
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const product = await startProduct(ctx, environment, { fixedTable: true });
    const calls = {
      "messageGroups.list": { limit: 20 },
      "messageGroups.get": { message_group_uuid: environment.pair },
      "messages.list": { message_group_uuid: environment.pair, limit: 20 },
    };
    const port = product.ready;
    const inputs = Object.values(calls);
    const batch = queryRequest(
      environment,
      port,
      `${Object.keys(calls).join(",")}?batch=1`,
      Object.fromEntries(inputs.map((input, index) => [index, input])),
    );
    const singles = Object.entries(calls).map(([path, input]) =>
      queryRequest(environment, port, `${path}?batch=1`, { 0: input }),
    );
    let turn = 0;
    const nextSingle = () => singles[turn++ % singles.length] as Buffer;

    const side = async (request: Buffer | (() => Buffer), perPage: number) => {
      const load = await createLoad({ port, connections: CONNECTIONS, request });
      ctx.defer(() => load.close());
      await load.run(SLICE_MS);
      return async () => {
        const before = await product.usage();
        const { requests, seconds } = await load.run(SLICE_MS);
        const { cpuUs } = await product.usage();
        const pages = requests / perPage;
        return { cpuUs: (cpuUs - before.cpuUs) / pages, pagesPerSecond: pages / seconds };
      };
    };
    const slices = await alternateSides(
      { batch: await side(batch, 1), singles: await side(nextSingle, singles.length) },
      { rounds: ROUNDS, tick: ctx.tick },
    );
    const cpu = (name: "batch" | "singles") => slices[name].map((slice) => slice.cpuUs);
    const rate = (name: "batch" | "singles") => slices[name].map((slice) => slice.pagesPerSecond);
    const us = (name: "batch" | "singles") => Math.round(spread(cpu(name)).median);
    return [
      {
        what: "CPU of one batch of three against three requests",
        value: pairedRatio(cpu("batch"), cpu("singles")),
        unit: "times",
        goal: { at: "most", value: 0.6 },
        detail: `${us("batch")} against ${us("singles")} µs, answers of the table from memory`,
      },
      {
        what: "pages per second in batches against requests",
        value: pairedRatio(rate("batch"), rate("singles")),
        unit: "times",
      },
    ];
  },
};
