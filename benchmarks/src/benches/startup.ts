import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getFreePort } from "@cruddur/engines/ports";
import type { Bench } from "../harness/bench.ts";
import { buildServer } from "../harness/build.ts";
import { inheritedEnv } from "../harness/config.ts";
import { serverEnv, startEnvironment } from "../harness/environment.ts";
import { spread } from "../harness/stats.ts";

const ROUNDS = 7;
const serverFolder = join(import.meta.dirname, "../../../apps/server");

/** The time from the start of the process to its first healthy answer, in ms. */
async function startMs(env: Record<string, string>): Promise<number> {
  const port = await getFreePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: serverFolder,
    env: { ...inheritedEnv, ...env, PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exit = once(child, "exit");
  try {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
        signal: AbortSignal.timeout(1_000),
      }).catch(() => null);
      await response?.body?.cancel();
      if (response?.status === 200) return performance.now() - startedAt;
      if (child.exitCode !== null || performance.now() - startedAt > 20_000) {
        throw new Error(`the server did not start (exit ${child.exitCode})`);
      }
      await sleep(5);
    }
  } finally {
    child.kill("SIGKILL");
    await exit;
  }
}

export const startup: Bench = {
  name: "startup",
  question: "How long does the built server take from its start to its first healthy answer?",
  steps: ROUNDS + 1,
  async run(ctx) {
    await buildServer();
    const environment = await startEnvironment(ctx);
    ctx.tick();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(await startMs(serverEnv(environment)));
      ctx.tick();
    }
    return [
      {
        what: "start-up to ready",
        value: spread(times),
        unit: "ms",
        detail:
          "the engines already run; healthy means that Postgres, the table and the user pool answer",
      },
    ];
  },
};
