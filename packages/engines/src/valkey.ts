import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Child, startChild, waitUntilReady } from "./child.ts";
import { searchPath } from "./config.ts";
import { getFreePort, type PortOptions, startOnFreePort } from "./ports.ts";

export interface ValkeyEngine extends AsyncDisposable {
  /** For `LIVE_URL`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface ValkeyOptions extends PortOptions {
  /** A cluster of this one server, which owns all slots. */
  cluster?: boolean;
  /** The port that the cluster tells its clients, where a proxy stands in front. */
  announcedPort?: number;
}

/** @returns the path of an installed Valkey or Redis server; null where there is none */
export function findValkey(): string | null {
  for (const program of ["valkey-server", "redis-server"]) {
    for (const directory of searchPath().split(delimiter)) {
      try {
        const candidate = join(directory, program);
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {}
    }
  }
  return null;
}

/** Starts an installed Valkey or Redis server on loopback, which keeps nothing. */
export async function startValkey(options: ValkeyOptions = {}): Promise<ValkeyEngine> {
  const program = findValkey();
  if (program === null) throw new Error("install valkey-server or redis-server");
  const home = await mkdtemp(join(tmpdir(), "cruddur-valkey-"));
  const engine = await startOnFreePort(options, (port) =>
    startServer(program, home, port, options),
  );
  const stop = async () => {
    await engine.child.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { url: engine.url, port: engine.port, stop, [Symbol.asyncDispose]: stop };
}

async function startServer(
  program: string,
  home: string,
  port: number,
  { cluster = false, announcedPort = port }: ValkeyOptions,
): Promise<{ child: Child; url: string; port: number }> {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: home,
    save: "",
    ...(cluster && {
      "cluster-enabled": "yes",
      // The default is 10,000 above the port, where the system picks ports of outgoing connections.
      "cluster-port": String(await getFreePort()),
      "cluster-announce-ip": "127.0.0.1",
      "cluster-announce-port": String(announcedPort),
    }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = await startChild(program, args);
  const answers = async (command: string, expected: string) =>
    (await sendCommand(port, command)).includes(expected);
  await waitUntilReady(child, "Valkey", () => answers("PING", "PONG"));
  if (cluster) {
    await sendCommand(port, "CLUSTER ADDSLOTSRANGE 0 16383");
    await waitUntilReady(child, "Valkey", () => answers("CLUSTER INFO", "cluster_state:ok"));
  }
  return { child, port, url: `valkey://127.0.0.1:${announcedPort}${cluster ? "?cluster" : ""}` };
}

/** Sends one inline command. @returns the first part of the answer; empty while nothing answers */
async function sendCommand(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(`${command}\r\n`));
    socket.once("data", (answer) => {
      resolve(answer.toString());
      socket.destroy();
    });
    socket.once("error", () => resolve("")).once("close", () => resolve(""));
  });
}
