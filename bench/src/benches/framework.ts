import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { startChild } from "../harness/child.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
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

/** `node:http` that answers these bytes from memory. */
async function startBare(ctx: BenchContext, body: string) {
  const folder = await mkdtemp(join(tmpdir(), "cruddur-bench-"));
  ctx.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "body.json");
  await writeFile(file, body);
  const child = await startChild("src/peers/bare-server.ts", { args: [file], alone: true });
  ctx.defer(() => child.stop());
  return child;
}

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
      const bare = await startBare(ctx, body);
      for (const connections of CONNECTIONS) {
        const slices = await compareHttp(
          {
            product: {
              child: product,
              request: queryRequest(world, product.ready, path, input),
            },
            bare: { child: bare, request: queryRequest(world, bare.ready, path, input) },
          },
          { connections, rounds: ROUNDS, tick: ctx.tick },
        );
        const label = `${path}, ${connections} connection${connections === 1 ? "" : "s"}`;
        const goals = connections === JUDGED ? GOALS : {};
        measures.push(
          ...ratioMeasures(label, slices.product, slices.bare, { against: "bare", goals }),
        );
      }
    }
    return measures;
  },
};
