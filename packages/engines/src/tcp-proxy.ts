import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Destroys open connections and refuses new ones: a server gone, a cable pulled. */
  cut(): void;
  /** Holds all bytes, old connections and new: a tunnel, a sleeping network. */
  stall(): void;
  /** Ends `cut` or `stall`; held bytes flow on. */
  resume(): void;
  /** Connections open right now, of those that `cut` and `stall` concern. */
  connections(): number;
  stop(): Promise<void>;
}

export interface TcpProxyOptions {
  targetPort: number;
  /**
   * Which connections `cut` and `stall` concern, told by the first bytes that the client sends; all
   * others pass always. Default: every connection.
   */
  concerns?: (firstBytes: Buffer) => boolean;
}

type Pair = readonly [near: Socket, far: Socket];

/** A loopback proxy that can be broken on purpose. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const { targetPort, concerns } = options;
  let mode: "open" | "cut" | "stalled" = "open";
  const open = new Set<Socket>();
  const pairs = new Set<Pair>();

  const server = createServer({ pauseOnConnect: true }, (near) => {
    open.add(near);
    near.setNoDelay(true);
    near.on("error", () => near.destroy()).on("close", () => open.delete(near));
    if (concerns === undefined) return admit(near);
    near.once("data", (firstBytes: Buffer) => {
      near.pause();
      near.unshift(firstBytes);
      if (concerns(firstBytes)) admit(near);
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
