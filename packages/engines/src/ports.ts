import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * The range of free ports: below the ports that Linux (from 32768), macOS and Windows (from 49152)
 * give to outgoing connections, so that none of these takes a port between the check and its use,
 * and above the ports that browsers refuse.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** The ports that were returned before, whose users may not listen yet. */
const returned = new Set<number>();

/** Another program listens on the port that a program should listen on. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is already in use`, options);
  }
}

/**
 * Returns a TCP port that no program listens on, and each port only once. Another process may still
 * take it first; `startOnFreePort` then tries another one.
 */
export async function getFreePort(): Promise<number> {
  for (;;) {
    if (returned.size > (LAST_PORT - FIRST_PORT) / 2) returned.clear();
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (returned.has(port)) continue;
    // Noted before the check, so that a call at the same time doesn't return the same port.
    returned.add(port);
    if (await isPortFree(port)) return port;
  }
}

/** Returns true when a program can listen on the port. */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

export interface PortOptions {
  /** The port to use. The start fails with a PortTakenError if it is taken. */
  port?: number | undefined;
  /** The port to use if it is free; otherwise, or without it, any free port is used. */
  preferredPort?: number | undefined;
}

const MAX_ATTEMPTS = 10;

/** Starts a program, and tries another port whenever `start` rejects with a PortTakenError. */
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
