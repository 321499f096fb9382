import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPushService } from "@cruddur/engines/push-service";
import { expect, test } from "vitest";
import { KNOWN_DEMO_PASSWORD } from "../src/config.ts";
import { readSettings } from "../src/settings.ts";
import { startStack } from "../src/stack.ts";

interface Session {
  access_token: string;
  user: { uuid: string };
}

test("a message is pushed to a browser that subscribed, also when the worker was killed before it was sent", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-push-"));
  await using service = await startPushService();
  await using stack = await startStack({
    ...{ dataDir, push: true },
    env: { PUSH_SERVICES: service.origin, LOG_LEVEL: "warn" },
  });
  const post = async <Output>(path: string, body: object, session?: Session): Promise<Output> => {
    const response = await fetch(stack.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(session && { authorization: `Bearer ${session.access_token}` }),
      },
      body: JSON.stringify(body),
    });
    expect(response.status, `${path} ${await response.clone().text()}`).toBe(200);
    return (await response.json()) as Output;
  };
  const signIn = (handle: string) =>
    post<Session>("/session", { handle, password: KNOWN_DEMO_PASSWORD });
  const [andrew, mira] = await Promise.all([signIn("andrewbrown"), signIn("mira")]);

  const key = await fetch(`${stack.url}/trpc/push.key`, {
    headers: { authorization: `Bearer ${mira.access_token}` },
  });
  const { result } = (await key.json()) as { result: { data: { public_key: string } } };
  const { public_key } = result.data;
  // The keys outlive the stack, or every browser would have to subscribe again.
  expect((await readSettings(dataDir)).vapid.publicKey).toBe(public_key);
  const { endpoint, ...keys } = service.subscribe(public_key);
  await post("/trpc/push.subscribe", { endpoint, keys }, mira);

  const send = (message: string) =>
    post<{ result: { data: { uuid: string } } }>(
      "/trpc/messages.create",
      { handle: "mira", message, client_id: crypto.randomUUID() },
      andrew,
    ).then((sent) => sent.result.data.uuid);
  const pushed = () => service.received.map(({ text }) => JSON.parse(text).message_uuid);
  const first = await send("one");
  await expect.poll(pushed, { timeout: 20_000 }).toContain(first);
  await stack.kill("push-worker");
  const second = await send("two");
  await expect.poll(pushed, { timeout: 30_000 }).toContain(second);
  expect(service.refused).toEqual([]);
  await rm(dataDir, { recursive: true, force: true }).catch(() => undefined);
}, 120_000);
