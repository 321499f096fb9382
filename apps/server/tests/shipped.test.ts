import { createClientId } from "@cruddur/contract/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "./support/program.ts";
import { signIn, useStack, uuidOf } from "./support/stack.ts";

// The bundle runs in a process of its own, where nothing that tests load can hide a missing part.
const stack = useStack();
let server: Awaited<ReturnType<typeof runProgram>>;

beforeAll(async () => {
  server = await runProgram(stack);
  await server.ready();
});
afterAll(async () => {
  server.child.kill("SIGKILL");
  await server.exited;
});

/** A body without a stated length, which is sent in chunks. */
function inChunks(text: string, chunks = 1): RequestInit {
  const body = ReadableStream.from(Array(chunks).fill(new TextEncoder().encode(text)));
  return { body, duplex: "half" } as RequestInit;
}

test("a request without a body is answered, whether its route needs one or not", async () => {
  const { cookie } = await signIn(server, "andrewbrown");
  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { method, headers });
  expect((await ask("POST", "/session")).status).toBe(422);
  expect((await ask("POST", "/trpc/messages.create")).status).toBe(422);
  const signedOut = await ask("DELETE", "/session", { cookie });
  expect(signedOut.status).toBe(204);
  expect(signedOut.headers.get("set-cookie")).toMatch(/max-age=0|expires=Thu, 01 Jan 1970/i);
});

test("a body in chunks is read like any other, and refused when it is too long", async () => {
  const { access_token } = await signIn(server, "andrewbrown");
  const headers = {
    authorization: `Bearer ${access_token}`,
    "content-type": "application/json",
  };
  const create = (init: RequestInit) =>
    fetch(`${server.url}/trpc/messages.create`, { method: "POST", headers, ...init });
  const draft = { handle: "londo", message: "in chunks", client_id: createClientId() };
  const sent = await create(inChunks(JSON.stringify(draft)));
  expect([sent.status, await sent.json()]).toMatchObject([
    200,
    { result: { data: { message: "in chunks", user_uuid: uuidOf("andrewbrown") } } },
  ]);
  expect((await create(inChunks(" ".repeat(64 * 1024), 5))).status).toBe(413);
  const password = inChunks(JSON.stringify({ handle: "londo", password: "wrong" }));
  const refused = await fetch(`${server.url}/session`, { method: "POST", headers, ...password });
  expect(refused.status).toBe(401);
});

test("metrics name DynamoDB's operations as DynamoDB does", async () => {
  const page = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  const operations = new Set([...page.matchAll(/operation="(\w+)"/g)].map(([, name]) => name));
  expect(operations).toContain("TransactWriteItems");
  expect([...operations].filter((name) => !/^[A-Z][A-Za-z]+$/.test(name ?? ""))).toEqual([]);
  expect([...operations].join()).not.toMatch(/Command|unknown/);
});

test("Momento's SDK loads where it is turned on, and only the unreachable cache is reported as down", async () => {
  const token = { endpoint: "127.0.0.1", api_key: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0." };
  const cached = await runProgram(stack, {
    MOMENTO_AUTH_TOKEN: Buffer.from(JSON.stringify(token)).toString("base64"),
    MOMENTO_CACHE_NAME: "nowhere",
    LOG_LEVEL: "debug",
  });
  try {
    await cached.ready();
    const { access_token } = await signIn(cached, "andrewbrown");
    const response = await fetch(`${cached.url}/trpc/users.short?input={"handle":"londo"}`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(response.status).toBe(200);
    await expect.poll(cached.output).toContain("background work failed");
    expect(cached.output()).not.toMatch(/TypeError|ReferenceError|is not a constructor/);
  } finally {
    cached.child.kill("SIGKILL");
    await cached.exited;
  }
});
