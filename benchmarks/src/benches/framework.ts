import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Slice } from "../harness/alternate.ts";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
import { pairedRatio } from "../harness/stats.ts";
import { fetchBody, queryRequest, startProduct, startWorld } from "../harness/world.ts";

const ROUNDS = 7;
const CONNECTIONS = [1, 16, 128];
/** The load the goals are judged at: more than one request under way, no queue to speak of. */
const JUDGED = 16;

const GOALS = {
  requests: { at: "least", value: 0.6 },
  cpu: { at: "most", value: 1.9 },
  p99: { at: "most", value: 2 },
} as const;

/** `node:http` that answers these bytes: from memory, or written from an object each time. */
async function startBare(ctx: BenchContext, body: string, how: "from memory" | "anew") {
  const folder = await mkdtemp(join(tmpdir(), "cruddur-bench-"));
  ctx.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "body.json");
  await writeFile(file, body);
  const child = await startChild("src/peers/bare-server.ts", {
    args: [file, how],
    alone: true,
  });
  ctx.defer(() => child.stop());
  return child;
}

const cpuOf = (slices: readonly Slice[]) => slices.map((slice) => slice.cpuUsPerRequest);

export const framework: Bench = {
  name: "framework",
  question:
    "What does the server cost around the table? A list over real HTTP, token checked, input and output validated, the table's answer canned, against node:http answering the same bytes.",
  steps: 2 * CONNECTIONS.length * (ROUNDS + 1),
  async run(ctx) {
    const world = await startWorld(ctx);
    const product = await startProduct(ctx, world, { cannedTable: true });
    const lists = [
      { path: "messages.list", input: { message_group_uuid: world.pair, limit: 20 } },
      { path: "messageGroups.list", input: { limit: 20 } },
    ];
    const measures: Measure[] = [];
    for (const { path, input } of lists) {
      const body = await fetchBody(world, product.ready, path, input);
      const bare = await startBare(ctx, body, "from memory");
      const anew = await startBare(ctx, body, "anew");
      const request = (child: Child) => queryRequest(world, child.ready, path, input);
      for (const connections of CONNECTIONS) {
        const slices = await compareHttp(
          {
            product: { child: product, request: request(product) },
            bare: { child: bare, request: request(bare) },
            anew: { child: anew, request: request(anew) },
          },
          { connections, rounds: ROUNDS, tick: ctx.tick },
        );
        const label = `${path}, ${connections} connection${connections === 1 ? "" : "s"}`;
        const goals = connections === JUDGED ? GOALS : {};
        measures.push(
          ...ratioMeasures(label, slices.product, slices.bare, { against: "bare", goals }),
        );
        if (connections === JUDGED) {
          measures.push({
            what: `${label}: CPU of bare that only writes its JSON anew, against bare`,
            value: pairedRatio(cpuOf(slices.anew), cpuOf(slices.bare)),
            unit: "times",
            detail: "what is left for everything else to reach the goal",
          });
        }
      }
    }
    return measures;
  },
};
