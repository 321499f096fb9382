import { once } from "node:events";
import { connect } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { runProgram } from "./support/program.ts";
import { signIn, useStack } from "./support/stack.ts";

const stack = useStack();

test("SIGTERM finishes requests, ends live connections, loses no message and exits with 0", {
  timeout: 120_000,
}, async () => {
  const server = await runProgram(stack);
  await server.ready();
  const { access_token } = await signIn(server, "andrewbrown");
  const client = createClient(server.url, access_token);
  const first = await client.messages.create.mutate({
    handle: "londo",
    message: "first",
    client_id: createClientId(),
  });
  const connection = await fetch(`${server.url}/trpc/live.events`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const { message_group_uuid } = first;
  const sends = Array.from({ length: 15 }, (_, n) =>
    client.messages.create
      .mutate({ message_group_uuid, message: String(n), client_id: createClientId() })
      .then(
        ({ uuid }) => uuid,
        () => null,
      ),
  );
  // Some sends have been answered, others are running.
  await Promise.any(sends);
  server.child.kill("SIGTERM");
  const acknowledged = (await Promise.all(sends)).filter((uuid) => uuid !== null);
  expect(await connection.text()).toMatch(/\nretry: \d+\n\n$/);
  const [code] = await server.exited;
  expect(code).toBe(0);
  const { items } = await stack.store.listMessages({
    joined_after: null,
    message_group_uuid,
    limit: 100,
  });
  const stored = items.map(({ uuid }) => uuid);
  expect(stored).toEqual(expect.arrayContaining(acknowledged));
});

test("a connection that has sent nothing does not delay the shutdown", {
  timeout: 120_000,
}, async () => {
  const server = await runProgram(stack, { SHUTDOWN_TIMEOUT_SECONDS: "600" });
  await server.ready();
  const socket = connect(server.port, "127.0.0.1").resume();
  await once(socket, "connect");
  // The next request is answered after the server has accepted this connection.
  await fetch(`${server.url}/healthz`);
  server.child.kill("SIGTERM");
  const [[code]] = await Promise.all([server.exited, once(socket, "close")]);
  expect(code).toBe(0);
});

test("a taken port and an invalid variable give one clear message and exit code 1", {
  timeout: 120_000,
}, async () => {
  const taken = await stack.start();
  const [busy, wrong] = await Promise.all([
    runProgram(stack, { PORT: String(taken.port), METRICS_PORT: "" }),
    runProgram(stack, { CURSOR_SECRET: "short", PORT: "-1" }),
  ]);
  expect((await busy.exited)[0]).toBe(1);
  expect(busy.output()).toContain(
    `port ${taken.port} on 127.0.0.1 is taken: set PORT to another one`,
  );
  expect((await wrong.exited)[0]).toBe(1);
  expect(wrong.output()).toMatch(/CURSOR_SECRET must have at least 32 characters/);
  expect(wrong.output()).toMatch(/PORT /);
});
