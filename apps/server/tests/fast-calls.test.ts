import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { createClientId, derivePairGroupUuid } from "@cruddur/contract/ids";
import { beforeAll, expect, test, vi } from "vitest";
import { signIn, useServer, uuidOf } from "./support/stack.ts";

const { stack, server } = useServer();
let token: string;
const group = derivePairGroupUuid(uuidOf("andrewbrown"), uuidOf("bayko"));

beforeAll(async () => {
  ({ access_token: token } = await signIn(server, "andrewbrown"));
  for (const message of ['quotes " and \\ and \u2028', "emoji \u{1f600}"]) {
    await stack.store.sendToPerson({
      sender: { user_uuid: uuidOf("andrewbrown"), display_name: "A", handle: "andrewbrown" },
      receiver: { user_uuid: uuidOf("bayko"), display_name: "B", handle: "bayko" },
      client_id: createClientId(),
      message,
    });
  }
});

interface Call {
  path: string;
  input: unknown;
  authorization: string;
}

/** The fast path doesn't know the parameter `standard`, so the request goes through Hono and tRPC. */
function ask(
  { path, input, authorization }: Call,
  method: "GET" | "POST",
  way: "fast" | "standard",
): Promise<Response> {
  const headers = { authorization, origin: "http://localhost:3000" };
  const query = [
    ...(method === "GET" ? [`input=${encodeURIComponent(JSON.stringify(input))}`] : []),
    ...(way === "standard" ? ["standard"] : []),
  ].join("&");
  const separator = query === "" ? "" : path.includes("?") ? "&" : "?";
  const url = `${server.url}/trpc/${path}${separator}${query}`;
  if (method === "GET") return fetch(url, { headers });
  return fetch(url, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: typeof input === "string" ? input : JSON.stringify(input),
  });
}

async function answer(call: Call, method: "GET" | "POST", way: "fast" | "standard") {
  const response = await ask(call, method, way);
  const headers = Object.fromEntries(response.headers);
  for (const name of ["date", "x-request-id", "content-length", "transfer-encoding"]) {
    delete headers[name];
  }
  return { status: response.status, headers, body: await response.json() };
}

async function expectSameAnswers(call: Call, method: "GET" | "POST") {
  const standard = await answer(call, method, "standard");
  expect(standard.headers).toMatchObject({
    vary: expect.stringContaining("origin"),
    "access-control-allow-origin": "http://localhost:3000",
  });
  expect(await answer(call, method, "fast")).toEqual(standard);
}

const own = { message_group_uuid: group };
const batch = "messageGroups.list,messageGroups.get,messages.list?batch=1";

test.each<[string, string, unknown, string?]>([
  ["an inbox", "messageGroups.list", {}],
  ["a page of an inbox", "messageGroups.list", { limit: 1, unread: false }],
  ["a message history", "messages.list", own],
  ["a page of a message history", "messages.list", { ...own, limit: 1 }],
  ["a conversation", "messageGroups.get", own],
  ["a page load", batch, { 0: {}, 1: own, 2: own }],
  ["a batch of one", "messages.list?batch=1", { 0: own }],
  ["a batch that fails in part", batch, { 0: {}, 1: {}, 2: own }],
  ["the own profile", "users.me", {}],
  ["a person", "users.short", { handle: "bayko" }],
  ["an unknown person", "users.short", { handle: "nobody" }],
  ["a search", "users.search", { query: "bay" }],
  ["a missing input", "messages.list", {}],
  ["a wrong input", "messages.list", { ...own, limit: 1_000 }],
  ["a forged cursor", "messages.list", { ...own, cursor: "forged" }],
  ["a conversation of others", "messages.list", { message_group_uuid: randomUUID() }],
  ["no token", "messages.list", own, ""],
  ["a bad token", "messageGroups.list", {}, "Bearer a.b.c"],
  ["a procedure that doesn't exist", "constructor", {}],
  ["a mutation", "messageGroups.markRead", own],
])(
  "the fast path answers queries as the standard path does: %s",
  (_name, path, input, authorization) =>
    expectSameAnswers({ path, input, authorization: authorization ?? `Bearer ${token}` }, "GET"),
);

const draft = { ...own, client_id: randomUUID(), message: "a line \u2028 and \u{1f600}" };

test.each<[string, string, unknown, string?]>([
  ["a message", "messages.create", draft],
  ["a message in a batch", "messages.create?batch=1", { 0: draft }],
  ["a batch", "messages.create,messages.typing?batch=1", { 0: draft, 1: own }],
  ["a batch that fails in part", "messages.create,messages.typing?batch=1", { 0: draft, 1: {} }],
  ["a batch without its inputs", "messages.create?batch=1", [draft]],
  ["a change of the own profile", "users.update", { display_name: "Andrew" }],
  ["a missing input", "messages.create", {}],
  ["an input of another type", "messages.create", 1],
  ["a body that is not JSON", "messages.create", "{"],
  ["an empty body", "messages.create", ""],
  ["a byte order mark", "messages.typing", `\ufeff${JSON.stringify(own)}`],
  ["a conversation of others", "messages.create", { ...draft, message_group_uuid: randomUUID() }],
  ["no token", "messages.create", draft, ""],
  ["no token, and a body that is not JSON", "messages.create", "{", ""],
  ["a body that is too long", "messages.create", { ...draft, message: "a".repeat(300_000) }],
  ["a procedure that doesn't exist", "constructor", {}],
  ["a query", "messages.list", own],
  ["a batch of both kinds", "messages.typing,messages.list?batch=1", { 0: own, 1: own }],
])(
  "the fast path answers mutations as the standard path does: %s",
  (_name, path, input, authorization) =>
    expectSameAnswers({ path, input, authorization: authorization ?? `Bearer ${token}` }, "POST"),
);

test("a message is sent by the fast path", async () => {
  const call = { path: "messages.create", input: draft, authorization: `Bearer ${token}` };
  const response = await ask(call, "POST", "fast");
  expect(response.status).toBe(200);
  // Only the fast path knows the length of the body before it writes the headers.
  expect(Number(response.headers.get("content-length"))).toBe(
    Buffer.byteLength(await response.text()),
  );
});

test("a body that does not arrive whole sends nothing", async () => {
  const body = JSON.stringify({ ...draft, client_id: randomUUID() });
  const before = await count(
    'cruddur_dynamodb_seconds_count\\{operation="PutItem",outcome="ok"\\}',
  );
  const refused = () =>
    count(
      'cruddur_procedure_seconds_count\\{procedure="messages.create",outcome="invalid_input"\\}',
    );
  const refusedBefore = await refused();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /trpc/messages.create HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 1}\r\n\r\n${body}`,
  );
  await vi.waitFor(async () => {
    socket.destroySoon();
    expect(await refused()).toBe(refusedBefore + 1);
  });
  expect(await count('cruddur_dynamodb_seconds_count\\{operation="PutItem",outcome="ok"\\}')).toBe(
    before,
  );
});

test("a page load is answered by the fast path", async () => {
  const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: own, 2: own }));
  const response = await fetch(`${server.url}/trpc/${batch}&input=${input}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  // Only the fast path knows the length of the body before it writes the headers.
  expect(Number(response.headers.get("content-length"))).toBe(
    Buffer.byteLength(await response.text()),
  );
});

/** Reads a counter of the server. @param series a regular expression */
async function count(series: string): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  return Number(new RegExp(`^${series} (\\d+)$`, "m").exec(page)?.[1] ?? 0);
}

test("a refused query runs once and is counted once", async () => {
  const refusals = () =>
    count('cruddur_procedure_seconds_count\\{procedure="messages.list",outcome="not_a_member"\\}');
  const before = await refusals();
  const input = { message_group_uuid: randomUUID() };
  const call = { path: "messages.list", input, authorization: `Bearer ${token}` };
  const { status } = await answer(call, "GET", "fast");
  expect(status).toBe(403);
  expect(await refusals()).toBe(before + 1);
});

test.each(["fast", "standard"] as const)(
  "a page load reads the caller's membership once: the %s path",
  async (way) => {
    const membershipReads = () =>
      count('cruddur_dynamodb_seconds_count\\{operation="GetItem",outcome="ok"\\}');
    const before = await membershipReads();
    const call = {
      path: batch,
      input: { 0: {}, 1: own, 2: own },
      authorization: `Bearer ${token}`,
    };
    await answer(call, "GET", way);
    expect(await membershipReads()).toBe(before + 1);
  },
);
