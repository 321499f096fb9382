import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { expect, test } from "vitest";
import { useStack } from "./support/stack.ts";

const stack = useStack();

test("a server lets nobody in before it has tried to hear the other servers", async () => {
  const connectionUrl = new URL(stack.env.CONNECTION_URL);
  // Holds the connection that listens; all others to Postgres work.
  await using proxy = await startTcpProxy({
    targetPort: Number(connectionUrl.port),
    concerns: (firstBytes) => firstBytes.includes("cruddur-notifications"),
  });
  connectionUrl.port = String(proxy.port);
  const start = () => stack.start({ CONNECTION_URL: connectionUrl.href });
  const statusOf = async ({ url }: { url: string }) =>
    ((await (await fetch(`${url}/healthz`)).json()) as { status: string }).status;

  const hearing = await start();
  expect(await statusOf(hearing)).toBe("ok");

  proxy.stall();
  const deaf = await start();
  // It gives up the first attempt after five seconds, and serves people meanwhile.
  expect(deaf.logs()).toMatch(/background work failed.*"msg":"listening"/s);
  expect(await statusOf(deaf)).toBe("degraded");
  proxy.resume();
  await expect.poll(() => statusOf(deaf)).toBe("ok");
});
