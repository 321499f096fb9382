import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildScript } from "./build.ts";
import { inheritedEnv } from "./config.ts";

interface Usage {
  /** User and system time of the process since its start. */
  cpuUs: number;
  rss: number;
  heapUsed: number;
  external: number;
}

export interface Child {
  pid: number;
  /** The value of the `{ ready }` message: the port of the process, or 0. */
  ready: number;
  /** @param options.afterGc collects garbage first, until resident memory no longer falls */
  usage(options?: { afterGc?: boolean }): Promise<Usage>;
  /** Sends a job to the process. Resolves to the value of its `{ result }` message. */
  ask<T>(job: unknown): Promise<T>;
  stop(): Promise<void>;
}

const benchFolder = join(import.meta.dirname, "../..");

/** The CPU of the measured process. All other processes share the other CPUs. */
const SERVER_CPU = "0";

/** CPUs of the machine. Read once, because a pinned process is told only of those that it is pinned to. */
export const cpuCount = availableParallelism();

/** True if the measured process can have a CPU of its own. */
export const pinning =
  process.platform === "linux" && cpuCount > 1 && spawnSync("taskset", ["--version"]).status === 0;

/** Moves this process and its future children to all CPUs except that of the measured process. */
export function pinLoad(): void {
  if (pinning) pin(process.pid, `1-${cpuCount - 1}`);
}

/** Reverts `pinLoad`, for a benchmark whose servers or browser use all CPUs. */
export function unpinLoad(): void {
  if (pinning) pin(process.pid, `0-${cpuCount - 1}`);
}

function pin(pid: number, cpus: string): void {
  spawnSync("taskset", ["-a", "-c", "-p", cpus, String(pid)], { stdio: "ignore" });
}

/**
 * Builds a script, starts it in a process of its own and waits for its `{ ready }` message.
 * @param file path of a .ts file, relative to the folder of the benchmarks
 * @param options.alone true for the measured process, which gets a CPU of its own
 * @param options.like `server` to build it like the product's server
 */
export async function startChild(
  file: string,
  options: {
    env?: Record<string, string>;
    args?: string[];
    alone?: boolean;
    like?: "server" | "peer";
    node?: string[];
  } = {},
): Promise<Child> {
  const script = await buildScript(file, options.like ?? "peer");
  const probe = await buildScript("src/harness/cpu-probe.ts", "peer");
  const child = fork(script, options.args ?? [], {
    cwd: benchFolder,
    execArgv: [...(options.node ?? []), "--import", probe, "--expose-gc"],
    env: { ...inheritedEnv, NODE_ENV: "production", LOG_LEVEL: "error", ...options.env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let output = "";
  const collect = (text: Buffer) => {
    output = (output + text).slice(-4000);
  };
  child.stderr?.on("data", collect);
  const ready = await reply<number>(child, "ready", () => output);
  if (options.alone && pinning && child.pid !== undefined) pin(child.pid, SERVER_CPU);
  return {
    pid: child.pid ?? 0,
    ready,
    usage: ({ afterGc = false } = {}) => {
      child.send(afterGc ? "usage-after-gc" : "usage");
      return reply<Usage>(child, "usage", () => output);
    },
    ask: <T>(job: unknown) => {
      child.send({ job } as object);
      return reply<T>(child, "result", () => output);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
      await exit;
      clearTimeout(timer);
    },
  };
}

/** Resolves to the next IPC message with this key. Rejects with the output if the process ends. */
function reply<T>(child: ChildProcess, key: string, output: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      if (typeof message !== "object" || message === null) return;
      if ("error" in message) return settle(() => reject(new Error(String(message.error))));
      if (key in message) settle(() => resolve((message as Record<string, T>)[key] as T));
    };
    const onExit = () => settle(() => reject(new Error(`the process ended early: ${output()}`)));
    const settle = (finish: () => void) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      finish();
    };
    child.on("message", onMessage);
    child.on("exit", onExit);
  });
}
