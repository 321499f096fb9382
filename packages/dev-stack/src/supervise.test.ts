import { startChild } from "@cruddur/engines/child";
import { isAlive } from "@cruddur/engines/processes";
import { afterEach, expect, test } from "vitest";
import { type SupervisedPart, supervise } from "./supervise.ts";

let part: SupervisedPart | undefined;
afterEach(() => part?.stop());

const sleeper = () => startChild(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);

test("a part that is killed starts again, and its new pid is reported", async () => {
  const pids: number[] = [];
  const lines: string[] = [];
  part = await supervise({
    name: "sleeper",
    start: sleeper,
    log: (line) => lines.push(line),
    onStart: (_, pid) => void pids.push(pid),
  });
  const { pid } = part;
  await part.kill();
  await part.ready();
  expect(isAlive(pid)).toBe(false);
  expect(pids).toEqual([pid, part.pid]);
  expect(lines).toEqual([
    `sleeper (pid ${pid}) ended unexpectedly; starting it again`,
    `sleeper is running again (pid ${part.pid})`,
  ]);
});

test("a restart that fails is tried again, each time after twice the delay", async () => {
  let starts = 0;
  const pausesMs: number[] = [];
  part = await supervise({
    name: "sleeper",
    async start() {
      starts += 1;
      if (starts > 1 && starts < 6) throw new Error("not yet");
      return sleeper();
    },
    log: () => undefined,
    onStart: () => undefined,
    pause: async (ms) => void pausesMs.push(ms),
  });
  await part.kill();
  await part.ready();
  expect(starts).toBe(6);
  expect(pausesMs.slice(1)).toEqual(pausesMs.slice(0, -1).map((ms) => Math.min(2 * ms, 5_000)));
  expect(isAlive(part.pid)).toBe(true);
});

test("a part that is stopped during its restart stays stopped", async () => {
  let starts = 0;
  const start = () => {
    starts += 1;
    return sleeper();
  };
  const pauses: (() => void)[] = [];
  part = await supervise({
    name: "sleeper",
    start,
    log: () => undefined,
    onStart: () => undefined,
    pause: () => new Promise<void>((resolve) => pauses.push(resolve)),
  });
  await part.kill();
  await expect.poll(() => pauses.length).toBe(1);
  const stopped = part.stop();
  for (const end of pauses) end();
  await stopped;
  expect([starts, pauses.length]).toEqual([1, 1]);
});

test("a part is stopped in an orderly way and started again at once on request", async () => {
  const pids: number[] = [];
  const lines: string[] = [];
  part = await supervise({
    name: "sleeper",
    start: sleeper,
    log: (line) => lines.push(line),
    onStart: (_, pid) => void pids.push(pid),
    pause: () => Promise.reject(new Error("a requested restart does not wait")),
  });
  const { pid } = part;
  const restarted = part.restart();
  await part.ready();
  expect(part.pid).not.toBe(pid);
  await restarted;
  expect(pids).toEqual([pid, part.pid]);
  expect(lines).toEqual([
    `sleeper (pid ${pid}) stopped; starting it again`,
    `sleeper is running again (pid ${part.pid})`,
  ]);
});

test("when the first start fails, the caller gets its error", async () => {
  const start = () => Promise.reject(new Error("no binary"));
  await expect(
    supervise({ name: "x", start, log: () => undefined, onStart: () => undefined }),
  ).rejects.toThrow("no binary");
});
