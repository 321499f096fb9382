import { createClientId } from "@cruddur/contract/ids";
import { beforeAll, expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { erase } from "./support/erase.ts";
import { postJson, signIn, untilHealthy, useServer, uuidOf } from "./support/stack.ts";

const { stack, server } = useServer();
beforeAll(() => untilHealthy(server));

test("healthz names the part that is down", async () => {
  const healthy = await fetch(`${server.url}/healthz`);
  expect([healthy.status, await healthy.json()]).toMatchObject([
    200,
    { status: "ok", parts: { postgres: "up", dynamodb: "up", user_pool: "up" } },
  ]);
  const broken = await stack.start({ MESSAGES_TABLE: "no-such-table" });
  const response = await fetch(`${broken.url}/healthz`);
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { status: "down", parts: { postgres: "up", dynamodb: "down" } },
  ]);
});

test("metrics are served on a port of their own", async () => {
  expect(
    (await fetch(`${server.url}/metrics`, { headers: { accept: "text/plain" } })).headers.get(
      "content-type",
    ),
  ).not.toContain("version=");
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const text = await response.text();
  for (const name of [
    "cruddur_http_requests_total",
    "cruddur_procedure_seconds",
    "cruddur_dynamodb_consumed_units_total",
    "cruddur_live_connections 0",
    "cruddur_live_channel_up 1",
  ]) {
    expect(text).toContain(name);
  }
});

test("the logs of a run hold no message text, no name and no token", async () => {
  const { access_token, cookie } = await signIn(server, "andrewbrown");
  const client = createClient(server.url, access_token);
  const text = "Zathras-warned-you";
  await client.messages.create.mutate({
    handle: "londo",
    message: text,
    client_id: createClientId(),
  });
  await client.users.search.query({ query: "secret-search" });
  await client.users.short.query({ handle: "londo" });
  await client.users.update.mutate({ display_name: "Andrew Zathras" });
  await client.messageGroups.create.mutate({
    ...{ handles: ["londo", "bayko"], name: "Zathras group", client_id: createClientId() },
  });
  await signIn(server, "bayko");
  await erase(stack, uuidOf("bayko"));
  await postJson(`${server.url}/session`, { handle: "londo", password: "secret-password" });
  await postJson(`${server.url}/session/refresh`, {}, { cookie });
  // A request's line is written when its response has been closed.
  await expect.poll(() => server.logs()).toContain('"path":"/session/refresh"');
  const logs = server.logs();
  const lines = logs
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(
    lines.some(
      ({ path, user_uuid, duration_ms }) =>
        path === "/trpc/messages.create" && user_uuid && duration_ms,
    ),
  ).toBe(true);
  for (const secret of [
    text,
    "secret-search",
    "secret-password",
    ...["andrewbrown", "londo", "bayko", "Zathras", "Andrew", "@example"],
    access_token.slice(0, 40),
    cookie.split("=")[1] ?? "?",
    "eyJ",
  ]) {
    expect(logs).not.toContain(secret);
  }
});

test("an unexpected error reveals nothing internal", async () => {
  const broken = await stack.start({ MESSAGES_TABLE: "no-such-table" });
  const { access_token } = await signIn(broken, "londo");
  const response = await fetch(`${broken.url}/trpc/messageGroups.list?input=%7B%7D`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(JSON.parse(body)).toEqual({
    error: {
      code: -32603,
      message: "internal_error",
      data: {
        code: "INTERNAL_SERVER_ERROR",
        httpStatus: 500,
        app_code: "internal_error",
        retry_after_seconds: null,
      },
    },
  });
  expect(broken.logs()).toContain("ResourceNotFoundException");
});
