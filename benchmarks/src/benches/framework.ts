import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Slice } from "../harness/alternate-sides.ts";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { compareHttp, ratioMeasures } from "../harness/compare.ts";
import { fetchBody, queryRequest, startEnvironment, startProduct } from "../harness/environment.ts";
import { startByHand } from "../harness/peers.ts";
import { pairedRatio } from "../harness/stats.ts";

const ROUNDS = 5;
const CONNECTIONS = [1, 16, 128];
/** The number of connections to which the goals apply: concurrent requests, but no long queue. */
const JUDGED = 16;

const GOALS = {
  requests: { at: "least", value: 0.55 },
  cpu: { at: "most", value: 1.8 },
} as const;

/** Starts `node:http` that answers with these bytes: from memory, or serialised each time. */
async function startBare(ctx: BenchContext, body: string, how: "from memory" | "serialised") {
  const folder = await mkdtemp(join(tmpdir(), "cruddur-bench-"));
  ctx.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "body.json");
  await writeFile(file, body);
  const child = await startChild("src/compared/bare-server.ts", {
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
    "What does the server cost apart from the table? It answers a list over HTTP, with a verified token, validated input and output and an answer of the table from memory. A server by hand does the same over the same table, and node:http answers with the same bytes.",
  steps: 2 * CONNECTIONS.length * (ROUNDS + 1),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const product = await startProduct(ctx, environment, { fixedTable: true });
    const byHand = await startByHand(ctx, environment, { fixedTable: true });
    const lists = [
      { path: "messages.list", input: { message_group_uuid: environment.pair, limit: 20 } },
      { path: "messageGroups.list", input: { limit: 20 } },
    ];
    const measures: Measure[] = [];
    for (const { path, input } of lists) {
      const body = await fetchBody(environment, product.ready, path, input);
      const bare = await startBare(ctx, body, "from memory");
      const serialised = await startBare(ctx, body, "serialised");
      const request = (child: Child) => queryRequest(environment, child.ready, path, input);
      for (const connections of CONNECTIONS) {
        const slices = await compareHttp(
          {
            product: { child: product, request: request(product) },
            byHand: { child: byHand, request: request(byHand) },
            bare: { child: bare, request: request(bare) },
            serialised: { child: serialised, request: request(serialised) },
          },
          { connections, kind: path, rounds: ROUNDS, tick: ctx.tick },
        );
        const label = `${path}, ${connections} connection${connections === 1 ? "" : "s"}`;
        const goals = connections === JUDGED ? GOALS : {};
        measures.push(
          ...ratioMeasures(label, slices.product, slices.byHand, { against: "by hand", goals }),
          ...ratioMeasures(label, slices.product, slices.bare, { against: "bare" }),
        );
        if (connections === JUDGED) {
          measures.push({
            what: `${label}: CPU of bare that serialises its JSON each time, against bare`,
            value: pairedRatio(cpuOf(slices.serialised), cpuOf(slices.bare)),
            unit: "times",
            detail: "the part that serialising alone needs",
          });
        }
      }
    }
    return measures;
  },
};
