import { alternateSides, type Slice } from "./alternate-sides.ts";
import type { Measure } from "./bench.ts";
import type { Child } from "./child.ts";
import { createLoad, type Load } from "./load.ts";
import { pace } from "./pace.ts";
import { pairedRatio, spread } from "./stats.ts";

export interface HttpSide {
  child: Child;
  request: Buffer | (() => Buffer);
  /** Default: the child's `ready` value. */
  port?: number;
}

/** Runs one slice of load on a server. Measures its answers and the CPU time of its process. */
async function measureSlice(child: Child, load: Load, durationMs: number): Promise<Slice> {
  const before = await child.usage();
  const result = await load.run(durationMs);
  const after = await child.usage();
  return {
    requestsPerSecond: result.requests / result.seconds,
    cpuUsPerRequest: (after.cpuUs - before.cpuUs) / result.requests,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
  };
}

const WARM_REQUESTS = 3_000;
const WARM_MAX_MS = 2_000;
/** So many that also a slow table lets enough requests through. */
const WARM_CONNECTIONS = 16;

/** What each server was asked for before. */
const warm = new WeakMap<Child, Set<string>>();

/** Lets the engine compile the hot code of the server before the first slice, once for each kind of request. */
async function warmUp({ child, request, port }: HttpSide, kind: string): Promise<void> {
  const kinds = warm.get(child) ?? new Set();
  if (kinds.has(kind)) return;
  warm.set(child, kinds.add(kind));
  const load = await createLoad({
    port: port ?? child.ready,
    connections: WARM_CONNECTIONS,
    request,
  });
  const until = performance.now() + (pace.isSmoke ? 0 : WARM_MAX_MS);
  let requests = 0;
  while (requests < WARM_REQUESTS && performance.now() < until) {
    requests += (await load.run(200)).requests;
  }
  load.close();
}

/** Alternates load between servers. Opens the connections once, so that slices can be short. */
export async function compareHttp<Side extends string>(
  sides: Record<Side, HttpSide>,
  options: {
    connections: number;
    /** What is asked for. A server is warmed up once for each. */
    kind: string;
    rounds?: number;
    sliceMs?: number;
    tick: () => void;
  },
): Promise<Record<Side, Slice[]>> {
  const { connections, kind, tick } = options;
  const { rounds = 7, sliceMs = 400 } = pace.isSmoke ? { rounds: 1, sliceMs: 40 } : options;
  const loads: Load[] = [];
  const runs = {} as Record<Side, () => Promise<Slice>>;
  try {
    for (const name of Object.keys(sides) as Side[]) {
      const { child, request, port } = sides[name];
      const load = await createLoad({ port: port ?? child.ready, connections, request });
      loads.push(load);
      await warmUp(sides[name], kind);
      runs[name] = () => measureSlice(child, load, sliceMs);
    }
    return await alternateSides(runs, { rounds, tick });
  } finally {
    for (const load of loads) load.close();
  }
}

const median = (slices: readonly Slice[], key: keyof Slice) =>
  spread(slices.map((slice) => slice[key])).median;
const rounded = (value: number) => Number(value.toPrecision(3)).toLocaleString("en-US");

/** The latency that a person waits for: the median of A, and its ratio to B's. */
export function latencyMeasures(
  label: string,
  a: readonly Slice[],
  b: readonly Slice[],
  options: { against: string; goals: { ms: Measure["goal"]; ratio: Measure["goal"] } },
): Measure[] {
  const [own, other] = [a, b].map((slices) => slices.map(({ p50Ms }) => p50Ms)) as [
    number[],
    number[],
  ];
  return [
    { what: `${label}: p50`, value: spread(own), unit: "ms", goal: options.goals.ms },
    {
      what: `${label}: p50 against ${options.against}`,
      value: pairedRatio(own, other),
      unit: "times",
      goal: options.goals.ratio,
      detail: `${rounded(spread(own).median)} against ${rounded(spread(other).median)} ms`,
    },
  ];
}

/** The ratios of A to B for requests per second, CPU and p99, with their absolute numbers. */
export function ratioMeasures(
  label: string,
  a: readonly Slice[],
  b: readonly Slice[],
  options: {
    against: string;
    goals?: { requests?: Measure["goal"]; cpu?: Measure["goal"]; p99?: Measure["goal"] };
  },
): Measure[] {
  const { against, goals = {} } = options;
  const ratio = (key: keyof Slice) =>
    pairedRatio(
      a.map((slice) => slice[key]),
      b.map((slice) => slice[key]),
    );
  const detail = (key: keyof Slice, unit: string) =>
    `${rounded(median(a, key))} against ${rounded(median(b, key))} ${unit}`;
  return [
    {
      what: `${label}: requests per second against ${against}`,
      value: ratio("requestsPerSecond"),
      unit: "times",
      goal: goals.requests,
      detail: detail("requestsPerSecond", "per second"),
    },
    {
      what: `${label}: CPU per request against ${against}`,
      value: ratio("cpuUsPerRequest"),
      unit: "times",
      goal: goals.cpu,
      detail: detail("cpuUsPerRequest", "µs"),
    },
    {
      what: `${label}: p99 against ${against}`,
      value: ratio("p99Ms"),
      unit: "times",
      goal: goals.p99,
      detail: `${detail("p99Ms", "ms")}; p50 ${detail("p50Ms", "ms")}`,
    },
  ];
}
