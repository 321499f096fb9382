import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { expect, test } from "vitest";
import { useStack } from "./support/stack.ts";

const stack = useStack();

test("a server accepts no request before it has tried to receive notices of other servers", async () => {
  const connectionUrl = new URL(stack.env.CONNECTION_URL);
  // Delays the connection that receives notifications; all others to Postgres work.
  await using proxy = await startTcpProxy({
    targetPort: Number(connectionUrl.port),
    affects: (firstBytes) => firstBytes.includes("cruddur-notifications"),
  });
  connectionUrl.port = String(proxy.port);
  const start = () => stack.start({ CONNECTION_URL: connectionUrl.href });
  const statusOf = async ({ url }: { url: string }) =>
    ((await (await fetch(`${url}/healthz`)).json()) as { status: string }).status;

  const hearing = await start();
  expect(await statusOf(hearing)).toBe("ok");

  proxy.stall();
  const deaf = await start();
  // The first attempt ends after five seconds, and the server then answers without notices.
  expect(deaf.logs()).toMatch(/background work failed.*"msg":"listening"/s);
  expect(await statusOf(deaf)).toBe("degraded");
  proxy.resume();
  await expect.poll(() => statusOf(deaf)).toBe("ok");
});
