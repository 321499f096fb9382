import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench, BenchContext } from "../harness/bench.ts";
import { cpuCount, pinLoad, pinning, unpinLoad } from "../harness/child.ts";
import {
  type Environment,
  queryRequest,
  startEnvironment,
  startProduct,
} from "../harness/environment.ts";
import { createLoad } from "../harness/load.ts";
import { pace } from "../harness/pace.ts";
import { cpuSecondsOf } from "../harness/process-cpu.ts";
import { pairedRatio, spread } from "../harness/stats.ts";

const ROUNDS = 7;
const SLICE_MS = 1_000;
const CONNECTIONS = 32;
const WARM_MS = 3_000;
/** Two server processes, and one CPU for the load and the engines. */
const CPUS_TO_SHOW_IT = 3;

interface Slice {
  requestsPerSecond: number;
  /** CPUs that all server processes, and the load, used during the slice. */
  serverCpus: number;
  loadCpus: number;
}

/** Starts one server of this many processes. @returns what measures one slice of load on it */
async function startSide(ctx: BenchContext, environment: Environment, processes: number) {
  const env = { SERVER_PROCESSES: String(processes) };
  const server = await startProduct(ctx, environment, { env, fixedTable: true, shared: true });
  const request = queryRequest(environment, server.ready, "messages.list", {
    message_group_uuid: environment.pair,
  });
  const load = await createLoad({ port: server.ready, connections: CONNECTIONS, request });
  ctx.defer(() => load.close());
  await load.run(pace.isSmoke ? 50 : WARM_MS);
  return async (): Promise<Slice> => {
    const before = { server: cpuSecondsOf(server.pid) ?? 0, load: process.cpuUsage() };
    const { requests, seconds } = await load.run(pace.isSmoke ? 50 : SLICE_MS);
    const { user, system } = process.cpuUsage(before.load);
    return {
      requestsPerSecond: requests / seconds,
      serverCpus: ((cpuSecondsOf(server.pid) ?? 0) - before.server) / seconds,
      loadCpus: (user + system) / 1e6 / seconds,
    };
  };
}

export const processes: Bench = {
  name: "processes",
  question:
    "How much more do two server processes on one port (SERVER_PROCESSES) answer than one? Lists whose answer of the table is in memory, so that the servers and the load need nearly all of the CPU.",
  steps: ROUNDS + 1,
  async run(ctx) {
    unpinLoad();
    ctx.defer(pinLoad);
    const environment = await startEnvironment(ctx);
    const slices = await alternateSides(
      { two: await startSide(ctx, environment, 2), one: await startSide(ctx, environment, 1) },
      { rounds: pace.isSmoke ? 1 : ROUNDS, tick: ctx.tick },
    );
    const of = (name: "two" | "one", key: keyof Slice) => slices[name].map((slice) => slice[key]);
    const median = (name: "two" | "one", key: keyof Slice) => spread(of(name, key)).median;
    const rate = (name: "two" | "one") =>
      Math.round(median(name, "requestsPerSecond")).toLocaleString("en-US");
    const cpus = (name: "two" | "one", key: "serverCpus" | "loadCpus") =>
      median(name, key).toFixed(2);
    return [
      {
        what: "requests per second of two server processes against one",
        value: pairedRatio(of("two", "requestsPerSecond"), of("one", "requestsPerSecond")),
        unit: "times",
        ...(cpuCount >= CPUS_TO_SHOW_IT && { goal: { at: "least", value: 1.7 } }),
        detail: `${rate("two")} against ${rate("one")} per second on ${cpuCount} CPUs; the servers used ${cpus("two", "serverCpus")} against ${cpus("one", "serverCpus")}, the load ${cpus("two", "loadCpus")} against ${cpus("one", "loadCpus")}${cpuCount < CPUS_TO_SHOW_IT ? "; the goal, at least 1.7, needs three CPUs" : ""}`,
      },
      ...(pinning
        ? [
            {
              what: "requests for each second of the servers' CPU, the same",
              value: pairedRatio(
                slices.two.map((slice) => slice.requestsPerSecond / slice.serverCpus),
                slices.one.map((slice) => slice.requestsPerSecond / slice.serverCpus),
              ),
              unit: "times" as const,
              detail: "1 means that two processes with a CPU each would answer twice as much",
            },
          ]
        : []),
    ];
  },
};
