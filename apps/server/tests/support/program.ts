import { spawn } from "node:child_process";
import { once } from "node:events";
import { getFreePort } from "@cruddur/engines/ports";
import type { Stack } from "./stack.ts";

/** The server as a process of its own, as it is run, from its sources. */
export async function runProgram(stack: Pick<Stack, "env">, env: Record<string, string> = {}) {
  const [port, metricsPort] = [await getFreePort(), await getFreePort()];
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
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
