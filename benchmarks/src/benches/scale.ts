import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@cruddur/engines/postgres";
import { findValkey, startValkey } from "@cruddur/engines/valkey";
import type { NoticeJob, NoticeResult } from "../compared/notice-server.ts";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { pace } from "../harness/pace.ts";
import { cpuSecondsOf } from "../harness/process-cpu.ts";
import { quantile, spread } from "../harness/stats.ts";

const COUNTS = [1, 4, 16];
const ROUNDS = 3;
const SLICE_MS = 1_500;
const PEOPLE = 256;
/** Notices on their way at the same time, over all processes. */
const UNDER_WAY = 64;

interface Engine {
  name: string;
  connectionUrl: string;
  liveUrl?: string;
  /** Whose CPU is shown. */
  pid?: number;
}

/** Postgres with durable commits, as a deployment has it, and Valkey or Redis where it is installed. */
async function startEngines(ctx: BenchContext): Promise<Engine[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-bench-"));
  ctx.defer(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir });
  ctx.defer(() => postgres.stop());
  const { connectionUrl, pid } = postgres;
  const waiting = new URL(connectionUrl);
  waiting.searchParams.set("options", "-c synchronous_commit=on");
  const engines: Engine[] = [
    { name: "Postgres", connectionUrl, pid },
    { name: "Postgres that waits for its disk", connectionUrl: waiting.href, pid },
  ];
  if (findValkey() === null) return engines;
  const valkey = await startValkey();
  ctx.defer(() => valkey.stop());
  return [...engines, { name: "Valkey", connectionUrl, liveUrl: valkey.url }];
}

async function startServers(engine: Engine, count: number, people: string[]): Promise<Child[]> {
  const { connectionUrl, liveUrl } = engine;
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const attended = people.filter((_uuid, position) => position % count === index);
      const settings = { connectionUrl, liveUrl, people, attended, name: String(index) };
      return startChild("src/compared/notice-server.ts", { args: [JSON.stringify(settings)] });
    }),
  );
}

/** One slice: all servers publish at the same time. */
async function measure(servers: Child[], pid: number | undefined) {
  const durationMs = pace.isSmoke ? 50 : SLICE_MS;
  const concurrency = UNDER_WAY / servers.length;
  const cpuBefore = pid === undefined ? null : cpuSecondsOf(pid);
  const job: NoticeJob = { durationMs, concurrency };
  const results = await Promise.all(servers.map((each) => each.ask<NoticeResult>(job)));
  const cpuAfter = pid === undefined ? null : cpuSecondsOf(pid);
  const published = results.reduce((sum, each) => sum + each.published, 0);
  const last = new Map<string, number>();
  for (const [name, ms] of results.flatMap(({ arrivals }) => Object.entries(arrivals))) {
    last.set(name, Math.max(last.get(name) ?? 0, ms));
  }
  const cpuSeconds = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  return {
    perSecond: published / (durationMs / 1000),
    p99Ms:
      last.size === 0
        ? 0
        : quantile(
            [...last.values()].sort((a, b) => a - b),
            0.99,
          ),
    cpuUs: results.reduce((sum, each) => sum + each.cpuUs, 0) / published,
    engineCpus: cpuSeconds === null ? null : cpuSeconds / (durationMs / 1000),
  };
}

export const scale: Bench = {
  name: "scale",
  question:
    "How many live notices a second do servers exchange, and when has the last server that needs one received it? All processes share this machine, and each publishes as fast as it can.",
  steps: 3 * COUNTS.length * ROUNDS,
  async run(ctx) {
    const people = Array.from({ length: PEOPLE }, () => randomUUID());
    const measures: Measure[] = [];
    for (const engine of await startEngines(ctx)) {
      for (const count of pace.isSmoke ? [2] : COUNTS) {
        const servers = await startServers(engine, count, people);
        const slices: Awaited<ReturnType<typeof measure>>[] = [];
        try {
          await measure(servers, engine.pid);
          for (let round = 0; round < ROUNDS; round += 1) {
            slices.push(await measure(servers, engine.pid));
            ctx.tick();
          }
        } finally {
          await Promise.all(servers.map((server) => server.stop()));
        }
        const label = `${engine.name}, ${count} server process${count === 1 ? "" : "es"}`;
        const cpus = slices.flatMap(({ engineCpus }) => engineCpus ?? []);
        const ofEngine =
          cpus.length === 0 ? "" : `; Postgres used ${spread(cpus).median.toFixed(2)} CPUs`;
        const cpuUs = spread(slices.map((slice) => slice.cpuUs)).median;
        measures.push(
          {
            what: `${label}: notices a second`,
            value: spread(slices.map(({ perSecond }) => perSecond)),
            unit: "per second",
            detail: `${cpuUs.toFixed(0)} µs of all servers' CPU each${ofEngine}`,
          },
          {
            what: `${label}: p99 until the last server has it`,
            value: spread(slices.map(({ p99Ms }) => p99Ms)),
            unit: "ms",
          },
        );
      }
    }
    return measures;
  },
};
