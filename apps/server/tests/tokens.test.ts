import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { createTokenVerifier } from "../src/auth/token-verifier.ts";
import { createClient, refusalOf } from "./support/client.ts";
import { signIn, useStack, uuidOf } from "./support/stack.ts";

const stack = useStack();

test("the pool's keys are fetched once, however many tokens are verified at once or later", async () => {
  const verifier = createTokenVerifier({
    region: "us-east-1",
    userPoolId: stack.pool.userPoolId,
    clientId: stack.pool.clientId,
    endpoint: stack.pool.endpoint,
  });
  const tokens = await Promise.all(
    Array.from({ length: 20 }, () => stack.pool.signToken({ sub: randomUUID() })),
  );
  const fetched = vi.spyOn(globalThis, "fetch");
  try {
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    for (const token of tokens) await verifier.verify(token);
    expect(fetched.mock.calls.map(([url]) => String(url))).toEqual([stack.pool.jwksUri]);
  } finally {
    fetched.mockRestore();
  }
});

test.each([
  ["that is an id token", { token_use: "id" }],
  ["of another issuer", { iss: "https://example.com/another-pool" }],
  ["of another app client", { client_id: "another" }],
])("a token %s and otherwise right is refused", async (_, claim) => {
  const { userPoolId, clientId, endpoint } = stack.pool;
  const verifier = createTokenVerifier({ region: "us-east-1", userPoolId, clientId, endpoint });
  const sub = randomUUID();
  expect(await verifier.verify(await stack.pool.signToken({ sub }))).toMatchObject({ sub });
  const token = await stack.pool.signToken({ sub, ...claim });
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a token of a person without a row in Postgres creates the row or is 401, and never a 500", async () => {
  const server = await stack.start();
  const stranger = await stack.pool.signToken({ sub: randomUUID() });
  expect(await refusalOf(createClient(server.url, stranger).users.me.query())).toMatchObject({
    status: 401,
  });

  const { access_token } = await signIn(server, "londo");
  await stack.postgres.pool.query("delete from users where handle = 'londo'");
  const fresh = await stack.start();
  const me = await createClient(fresh.url, access_token).users.me.query();
  expect(me).toMatchObject({ handle: "londo", email: "londo@example.com" });
  expect(me.uuid).not.toBe(uuidOf("londo"));
});
