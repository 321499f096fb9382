import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets open connections and refuses new ones, like a server that is gone. */
  cut(): void;
  /** Holds all bytes of open and new connections, like a network without a signal. */
  stall(): void;
  /** Ends `cut` or `stall`, and passes on the bytes that were held. */
  resume(): void;
  /** The number of open connections that `cut` and `stall` affect. */
  connections(): number;
  stop(): Promise<void>;
}

export interface TcpProxyOptions {
  targetPort: number;
  /**
   * Selects the connections that `cut` and `stall` affect by the first bytes that the client sends.
   * Default: every connection.
   */
  affects?: (firstBytes: Buffer) => boolean;
}

type Pair = readonly [near: Socket, far: Socket];

/** Starts a TCP proxy on loopback that can interrupt its connections. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const { targetPort, affects } = options;
  let mode: "open" | "cut" | "stalled" = "open";
  const open = new Set<Socket>();
  const pairs = new Set<Pair>();

  const server = createServer({ pauseOnConnect: true }, (near) => {
    open.add(near);
    near.setNoDelay(true);
    near.on("error", () => near.destroy()).on("close", () => open.delete(near));
    if (affects === undefined) return admit(near);
    near.once("data", (firstBytes: Buffer) => {
      near.pause();
      near.unshift(firstBytes);
      if (affects(firstBytes)) admit(near);
      else join(connectOn(near));
    });
    near.resume();
  });

  const admit = (near: Socket) => {
    if (mode === "cut") {
      near.resetAndDestroy();
      return;
    }
    const pair = connectOn(near);
    pairs.add(pair);
    near.on("close", () => pairs.delete(pair));
    if (mode === "open") join(pair);
  };
  const connectOn = (near: Socket): Pair => {
    const far = connect({ port: targetPort, host: "127.0.0.1" });
    far.setNoDelay(true);
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("close", () => far.destroy());
    return [near, far];
  };
  const join = ([near, far]: Pair) => {
    near.pipe(far);
    far.pipe(near);
  };
  const hold = ([near, far]: Pair) => {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  };
  const destroyAll = () => {
    for (const [near] of pairs) near.resetAndDestroy();
  };

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const near of open) near.resetAndDestroy();
    });

  return {
    port: address.port,
    cut() {
      mode = "cut";
      destroyAll();
    },
    stall() {
      if (mode === "open") pairs.forEach(hold);
      mode = "stalled";
    },
    resume() {
      if (mode === "stalled") pairs.forEach(join);
      mode = "open";
    },
    connections: () => pairs.size,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
