import type { Bench, Measure } from "../harness/bench.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
import {
  createRequests,
  startEnvironment,
  startOriginal,
  startProduct,
} from "../harness/environment.ts";

const ROUNDS = 5;

export const create: Bench = {
  name: "create",
  question:
    "How does sending to an existing message group compare with the original? Only the product checks the membership, writes a send claim and notifies every server.",
  steps: 4 * (ROUNDS + 1),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const product = await startProduct(ctx, environment);
    const original = await startOriginal(ctx, environment);
    const cases = [
      { members: 2, uuid: environment.pair, connections: 1 },
      { members: 2, uuid: environment.pair, connections: 16 },
      { members: 2, uuid: environment.pair, connections: 128 },
      { members: 50, uuid: environment.groupOf50, connections: 16 },
    ];
    const measures: Measure[] = [];
    for (const { members, uuid, connections } of cases) {
      const slices = await compareHttp(
        {
          product: { child: product, request: createRequests(environment, product.ready, uuid) },
          original: { child: original, request: createRequests(environment, original.ready, uuid) },
        },
        { connections, rounds: ROUNDS, tick: ctx.tick },
      );
      const label = `messages.create, ${members} members, ${connections} connection${connections === 1 ? "" : "s"}`;
      measures.push(
        ...ratioMeasures(label, slices.product, slices.original, { against: "the original" }),
      );
    }
    return measures;
  },
};
