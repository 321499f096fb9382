import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Where free ports are searched: below the ports that Linux (32768 and up), macOS and Windows (49152
 * and up) give to outgoing connections, so that none of those takes a port between our look and its
 * use, and above the ports that browsers refuse to open.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Ports that this process has already handed out: their users may not listen yet. */
const handedOut = new Set<number>();

/** The port that a program was told to listen on belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is already in use`, options);
  }
}

/**
 * A TCP port that nothing listens on right now, never the same one twice. Another process may still
 * take it first: programs that can choose another port then use `startOnFreePort`.
 */
export async function getFreePort(): Promise<number> {
  for (;;) {
    if (handedOut.size > (LAST_PORT - FIRST_PORT) / 2) handedOut.clear();
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (handedOut.has(port) || !(await isPortFree(port))) continue;
    handedOut.add(port);
    return port;
  }
}

/** True when a listener on loopback could take the port. */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

export interface PortOptions {
  /** Exactly this port: the start fails where it is taken. */
  port?: number | undefined;
  /** This port where it is free, otherwise another one. Default: any free one. */
  preferredPort?: number | undefined;
}

const MAX_ATTEMPTS = 10;

/** Starts a program, on another port as often as `start` rejects with a PortTakenError. */
export async function startOnFreePort<Started>(
  { port, preferredPort }: PortOptions,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  if (port !== undefined) return start(port);
  let candidate = preferredPort ?? (await getFreePort());
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(candidate);
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === MAX_ATTEMPTS) throw error;
    }
    candidate = await getFreePort();
  }
}
