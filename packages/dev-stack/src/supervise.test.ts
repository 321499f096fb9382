import { startChild } from "@cruddur/engines/child";
import { isAlive } from "@cruddur/engines/processes";
import { afterEach, expect, test } from "vitest";
import { type SupervisedPart, supervise } from "./supervise.ts";

let part: SupervisedPart | undefined;
afterEach(() => part?.stop());

const sleeper = () => startChild(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);

test("a part that is killed comes back, and its new pid is known", async () => {
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
    `sleeper is back (pid ${part.pid})`,
  ]);
});

test("a restart that fails is tried again", async () => {
  let starts = 0;
  part = await supervise({
    name: "sleeper",
    async start() {
      starts += 1;
      if (starts === 2) throw new Error("not yet");
      return sleeper();
    },
    log: () => undefined,
    onStart: () => undefined,
  });
  await part.kill();
  await part.ready();
  expect(starts).toBe(3);
  expect(isAlive(part.pid)).toBe(true);
});

test("a part that is stopped stays stopped, also while it was coming back", async () => {
  let starts = 0;
  const start = () => {
    starts += 1;
    return sleeper();
  };
  part = await supervise({
    name: "sleeper",
    start,
    log: () => undefined,
    onStart: () => undefined,
  });
  await part.kill();
  await part.stop();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(starts).toBe(1);
});

test("a first start that fails is the caller's to know", async () => {
  const start = () => Promise.reject(new Error("no binary"));
  await expect(
    supervise({ name: "x", start, log: () => undefined, onStart: () => undefined }),
  ).rejects.toThrow("no binary");
});
