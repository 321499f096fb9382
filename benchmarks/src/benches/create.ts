import type { Bench, Measure } from "../harness/bench.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
import { createRequests, startOriginal, startProduct, startWorld } from "../harness/world.ts";

const ROUNDS = 5;

export const create: Bench = {
  name: "create",
  question:
    "How does sending into an existing group compare with the original's? The product checks membership, claims the draft's client_id and tells every server; the original does none of it.",
  steps: 4 * (ROUNDS + 1),
  async run(ctx) {
    const world = await startWorld(ctx);
    const product = await startProduct(ctx, world);
    const original = await startOriginal(ctx, world);
    const cases = [
      { members: 2, uuid: world.pair, connections: 1 },
      { members: 2, uuid: world.pair, connections: 16 },
      { members: 2, uuid: world.pair, connections: 128 },
      { members: 50, uuid: world.groupOf50, connections: 16 },
    ];
    const measures: Measure[] = [];
    for (const { members, uuid, connections } of cases) {
      const slices = await compareHttp(
        {
          product: { child: product, request: createRequests(world, product.ready, uuid) },
          original: { child: original, request: createRequests(world, original.ready, uuid) },
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
