import { createSecurityEvents } from "@cruddur/db/security-events";
import { expect, test } from "vitest";
import { PASSWORD, postJson, signIn, useServer, uuidOf } from "./support/stack.ts";

const { stack, server } = useServer();
const eventsOf = async (handle: "londo" | "bayko") =>
  (
    await createSecurityEvents(stack.postgres.db).list({ user_uuid: uuidOf(handle), handle }, 100)
  ).map(({ event, outcome, user_uuid, address, device }) => ({
    ...{ event, outcome, user_uuid, address, device },
  }));

test("the audit log says who signed in, failed, and signed out, from where", async () => {
  const headers = { "user-agent": "a browser of mine" };
  await postJson(`${server.url}/session`, { handle: "londo", password: "wrong" }, headers);
  const signedIn = await postJson(
    `${server.url}/session`,
    { handle: "londo", password: PASSWORD },
    headers,
  );
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  await postJson(`${server.url}/session`, undefined, { cookie, ...headers }, "DELETE");
  const { cookie: other } = await signIn(server, "londo@example.com");
  const proof = { password: PASSWORD };
  await postJson(`${server.url}/session/all`, proof, { cookie: other, ...headers }, "DELETE");
  const about = { user_uuid: uuidOf("londo"), address: "127.0.0.1", device: "a browser of mine" };
  await expect.poll(async () => (await eventsOf("londo")).length).toBe(5);
  expect(await eventsOf("londo")).toEqual([
    { ...about, event: "sign_out_everywhere", outcome: "ok" },
    { ...about, event: "sign_in", outcome: "ok", device: "node" },
    { ...about, event: "sign_out", outcome: "ok" },
    { ...about, event: "sign_in", outcome: "ok" },
    { ...about, event: "sign_in", outcome: "sign_in_failed" },
  ]);
});

test("the audit log has refused changes of an account, with their reason", async () => {
  const { access_token } = await signIn(server, "bayko");
  const change = { password: "wrong", new_password: "another horse 7 Battery" };
  const authorization = `Bearer ${access_token}`;
  await postJson(`${server.url}/account/password`, change, { authorization });
  await expect
    .poll(() => eventsOf("bayko"))
    .toMatchObject([
      { event: "password_change", outcome: "password_wrong", user_uuid: uuidOf("bayko") },
      { event: "sign_in", outcome: "ok" },
    ]);
});

test.each([
  "update security_events set outcome = 'ok'",
  "delete from security_events",
  "truncate security_events",
])("nobody who holds the database's password rewrites the audit log: %s", async (statement) => {
  await expect(stack.postgres.pool.query(statement)).rejects.toThrow("never changed");
});

test("events are deleted after 400 days", async () => {
  await stack.postgres.pool.query(
    "insert into security_events (event, outcome, handle, at) values ('sign_in', 'ok', 'old', now() - interval '401 days'), ('sign_in', 'ok', 'old', now() - interval '399 days')",
  );
  const events = createSecurityEvents(stack.postgres.db);
  await events.prune();
  expect(await events.list({ user_uuid: null, handle: "old" }, 10)).toHaveLength(1);
});
