import type { Bench, Goal, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
import {
  fetchBody,
  queryRequest,
  startEnvironment,
  startOriginal,
  startProduct,
} from "../harness/environment.ts";

const ROUNDS = 7;
const CONNECTIONS = [1, 16, 128];
const JUDGED = 16;
const GOAL: Goal = { at: "least", value: 4 };

export const fullPath: Bench = {
  name: "full-path",
  question:
    "How does a list compare with the original, including token, user, Query and validation? Both servers use a stub of the table, then both use the real engine.",
  steps: 2 * (CONNECTIONS.length + 1) * (ROUNDS + 1),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const stub = await startChild("src/compared/replay-stub.ts", { args: [environment.endpoint] });
    ctx.defer(() => stub.stop());
    const endpoint = `http://127.0.0.1:${stub.ready}`;
    const overStub = {
      product: await startProduct(ctx, environment, { env: { AWS_ENDPOINT_URL: endpoint } }),
      original: await startOriginal(ctx, environment, endpoint),
    };
    const overEngine = {
      product: await startProduct(ctx, environment),
      original: await startOriginal(ctx, environment),
    };
    const lists = [
      { path: "messages.list", input: { message_group_uuid: environment.pair } },
      { path: "messageGroups.list", input: {} },
    ];
    const measures: Measure[] = [];
    for (const { path, input } of lists) {
      const compare = async (
        servers: { product: Child; original: Child },
        connections: number,
        over: string,
        goal?: Goal,
      ) => {
        const side = (child: Child) => ({
          child,
          request: queryRequest(environment, child.ready, path, input),
        });
        for (const server of Object.values(servers))
          await fetchBody(environment, server.ready, path, input);
        const slices = await compareHttp(
          { product: side(servers.product), original: side(servers.original) },
          { connections, rounds: ROUNDS, tick: ctx.tick },
        );
        const label = `${path} over ${over}, ${connections} connection${connections === 1 ? "" : "s"}`;
        measures.push(
          ...ratioMeasures(label, slices.product, slices.original, {
            against: "the original",
            goals: { requests: goal },
          }),
        );
      };
      for (const connections of CONNECTIONS) {
        await compare(overStub, connections, "the stub", connections === JUDGED ? GOAL : undefined);
      }
      await compare(overEngine, JUDGED, "the engine");
    }
    return measures;
  },
};
