import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { alternateSides } from "../src/harness/alternate-sides.ts";
import { type Bench, runBench } from "../src/harness/bench.ts";
import { createLoad, httpRequest } from "../src/harness/load.ts";
import { renderTable } from "../src/harness/report.ts";
import { type BenchResult, reachesGoal } from "../src/harness/result.ts";
import { pairedRatio, spread } from "../src/harness/stats.ts";

describe("statistics", () => {
  it("gives the median and its quartiles", () => {
    expect(spread([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4 });
  });

  it("compares slices pair by pair, so that noise both met cancels out", () => {
    expect(pairedRatio([10, 20, 100], [5, 10, 50]).median).toBe(2);
    expect(() => pairedRatio([1], [1, 2])).toThrow(RangeError);
  });
});

describe("slices", () => {
  it("run in turn, the order reversed each round, the first round unmeasured", async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    const slices = await alternateSides({ a: side("a"), b: side("b") }, { rounds: 2 });
    expect(order.join("")).toBe("baabba");
    expect(slices.a).toHaveLength(2);
  });
});

describe("the load", () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const run = async (listener: RequestListener) => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({ method: "POST", path: "/", port, body: "{}" });
    const load = await createLoad({ port, connections: 3, request });
    return load.run(50).finally(() => load.close());
  };

  it("counts each answer once, whether it has a length, comes in chunks or in pieces", async () => {
    let served = 0;
    const result = await run((_request, response) => {
      served += 1;
      if (served % 3 === 0) response.writeHead(200, { "content-length": 2 });
      response.write(served % 3 === 1 ? "x".repeat(70_000) : "{");
      setImmediate(() => response.end("}"));
      if (served % 3 === 1) return;
    });
    expect(result.requests).toBe(served);
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
  });

  it("fails on an answer that isn't a success, since errors are fast", async () => {
    await expect(run((_request, response) => response.writeHead(503).end("busy"))).rejects.toThrow(
      "HTTP 503",
    );
  });
});

describe("a bench", () => {
  it("releases what it started in reverse order, also when it fails", async () => {
    const released: number[] = [];
    const bench: Bench = {
      name: "broken",
      question: "",
      steps: 1,
      async run(ctx) {
        ctx.defer(() => void released.push(1));
        ctx.defer(() => void released.push(2));
        throw new Error("no");
      },
    };
    await expect(runBench(bench, () => {})).rejects.toThrow("no");
    expect(released).toEqual([2, 1]);
  });

  it("says for each line whether the goal was reached", () => {
    const measure = { what: "a|b", value: { median: 2, low: 1, high: 3 }, unit: "times" };
    const result: BenchResult = {
      name: "n",
      question: "q",
      measured_at: "now",
      machine: "m",
      seconds: 1,
      measures: [
        { ...measure, goal: { at: "most", value: 1.9 } },
        { ...measure, value: 0, goal: { at: "most", value: 0 } },
        measure,
      ],
    };
    expect(result.measures.map(reachesGoal)).toEqual([false, true, null]);
    expect(renderTable(result)).toContain("| a\\|b | 2× (1 to 3) | ≤ 1.9× | **no** |");
  });
});
