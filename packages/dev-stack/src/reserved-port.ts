import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { PortTakenError, startOnFreePort } from "@cruddur/engines/ports";

/** A port that this process listens on, so that no other can take it. It closes every connection. */
export interface ReservedPort {
  readonly port: number;
  /**
   * Calls `start` with the file descriptor of the listening socket, which a child process inherits,
   * then closes the socket here, so that the port is never free in between. On a system that cannot
   * pass on a socket, releases the port first, and the descriptor is undefined.
   */
  handOver<Started>(start: (descriptor: number | undefined) => Promise<Started>): Promise<Started>;
  release(): Promise<void>;
}

/** An outgoing connection keeps its port for a minute after its end (TIME_WAIT). */
const TIME_WAIT_MS = 65_000;
const RETRY_MS = 100;

/**
 * Reserves a port. If nobody listens on it but an outgoing connection has it, waits for that
 * connection to end.
 * @param port 0 means any free one
 * @param log receives a line when the port must be waited for
 * @throws CliError that says which variable to set when this process cannot listen
 */
export async function reservePort(
  port: number,
  host: string,
  log: (line: string) => void = () => undefined,
): Promise<ReservedPort> {
  const wanted = port === 0 ? {} : { port };
  const endMs = Date.now() + TIME_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnFreePort(wanted, (candidate) => listen(candidate, host));
    } catch (error) {
      const mayEnd = error instanceof PortTakenError && Date.now() < endMs;
      if (!mayEnd || (await isListenedOn(port, host))) throw explain(error, port, host);
      if (attempt === 2)
        log(`waiting up to a minute for an outgoing connection to release port ${port}…`);
      await sleep(RETRY_MS);
    }
  }
}

/** False only if the system says that nobody listens. */
async function isListenedOn(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ECONNREFUSED";
  } finally {
    socket.destroy();
  }
}

async function listen(port: number, host: string): Promise<ReservedPort> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    throw taken ? new PortTakenError(port, { cause: error }) : error;
  }
  // Node has no public property for the descriptor. Windows has no descriptor.
  const { _handle: handle } = server as unknown as { _handle?: { fd?: number } };
  const descriptor = handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
  const release = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  return {
    port,
    release,
    async handOver(start) {
      if (descriptor === undefined) await release();
      try {
        return await start(descriptor);
      } finally {
        await release();
      }
    },
  };
}

function explain(error: unknown, port: number, host: string): CliError {
  if (error instanceof PortTakenError) {
    const message = `port ${port} is taken: stop what uses it, or set PORT to another one`;
    return new CliError(message, { cause: error });
  }
  const { code = "" } = error as NodeJS.ErrnoException;
  const message =
    code === "EACCES"
      ? `port ${port} is for privileged programs: set PORT to 1024 or more`
      : `can't listen on ${host} (${code}): set HOST to an address of this machine`;
  return new CliError(message, { cause: error });
}
