import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { getFreePort } from "@cruddur/engines/ports";
import type { Stack } from "./stack.ts";

const folder = join(import.meta.dirname, "../..");
let built: Promise<string> | undefined;

/** Builds the bundle that is shipped, once for all test files of a worker. */
async function build(): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "cruddur-server-"));
  const args = [join(folder, "build.mjs"), join(folder, "src/main.ts"), out];
  await promisify(execFile)(process.execPath, args);
  return join(out, "main.js");
}

/** Runs the server as it is shipped: the bundle in a process of its own. */
export async function runProgram(stack: Pick<Stack, "env">, env: Record<string, string> = {}) {
  const [port, metricsPort] = [await getFreePort(), await getFreePort()];
  built ??= build();
  const child = spawn(process.execPath, [await built], {
    env: {
      ...process.env,
      ...stack.env,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = once(child, "exit") as Promise<[number | null]>;
  return {
    child,
    port,
    metricsPort,
    url: `http://127.0.0.1:${port}`,
    exited,
    output: () => output,
    async ready() {
      while (child.exitCode === null) {
        const status = await fetch(`http://127.0.0.1:${port}/healthz`).then(
          (response) => response.status,
          () => 0,
        );
        if (status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`the server ended: ${output}`);
    },
  };
}
