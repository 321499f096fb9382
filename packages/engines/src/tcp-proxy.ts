import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Destroys open connections and refuses new ones: a server gone, a cable pulled. */
  cut(): void;
  /** Holds all bytes, old connections and new: a tunnel, a sleeping network. */
  stall(): void;
  /** Ends `cut` or `stall`; held bytes flow on. */
  resume(): void;
  /** Connections open right now. */
  connections(): number;
  stop(): Promise<void>;
}

/** A loopback proxy that can be broken on purpose. */
export async function startTcpProxy(options: { targetPort: number }): Promise<TcpProxy> {
  let mode: "open" | "cut" | "stalled" = "open";
  const pairs = new Set<readonly [Socket, Socket]>();

  const server = createServer({ pauseOnConnect: true }, (near) => {
    if (mode === "cut") {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: options.targetPort, host: "127.0.0.1" });
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on("error", end).on("close", end);
    }
    if (mode === "open") join(pair);
  });

  const join = ([near, far]: readonly [Socket, Socket]) => {
    near.pipe(far);
    far.pipe(near);
  };
  const hold = ([near, far]: readonly [Socket, Socket]) => {
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
      destroyAll();
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
