import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getFreePort } from "@cruddur/engines/ports";
import { startPostgres } from "@cruddur/engines/postgres";
import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { expect, test } from "vitest";
import { startStack } from "../src/stack.ts";

test("a stack is not ready before its server receives the live notices of other servers", {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-ready-"));
  await using postgres = await startPostgres();
  let attempts = 0;
  // Breaks only the connection that receives live notices, which its name identifies.
  await using proxy = await startTcpProxy({
    targetPort: postgres.port,
    affects(firstBytes) {
      const listens = firstBytes.includes("cruddur-notifications");
      if (listens) attempts += 1;
      return listens;
    },
  });
  proxy.cut();
  const connectionUrl = new URL(postgres.connectionUrl);
  connectionUrl.port = String(proxy.port);
  const port = await getFreePort();
  const status = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    return response === null ? "no answer" : ((await response.json()) as { status: string }).status;
  };
  let isReady = false;
  const starting = startStack({
    dataDir,
    port,
    env: { CONNECTION_URL: connectionUrl.href },
  }).then((stack) => {
    isReady = true;
    return stack;
  });
  try {
    await expect.poll(status, { timeout: 60_000 }).toBe("degraded");
    // Since the server answers, it has tried to connect several times, so a wrong "ready" would show.
    const before = attempts;
    await expect.poll(() => attempts, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 3);
    expect(isReady).toBe(false);
    proxy.resume();
    await using stack = await starting;
    expect(stack.servers[0]?.port).toBe(port);
    expect(await status()).toBe("ok");
  } finally {
    await starting.then((stack) => stack.stop()).catch(() => undefined);
    await rm(dataDir, { recursive: true, force: true });
  }
});
