import { randomUUID } from "node:crypto";
import { createClientId, derivePairGroupUuid } from "@cruddur/contract/ids";
import { beforeAll, expect, test } from "vitest";
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

/** The fast path doesn't know the parameter `standard`, so the request goes through Hono and tRPC. */
async function answer(
  path: string,
  input: unknown,
  way: "fast" | "standard",
  authorization: string,
) {
  const query = `input=${encodeURIComponent(JSON.stringify(input))}${way === "standard" ? "&standard" : ""}`;
  const url = `${server.url}/trpc/${path}${path.includes("?") ? "&" : "?"}${query}`;
  const origin = "http://localhost:3000";
  const response = await fetch(url, { headers: { authorization, origin } });
  const headers = Object.fromEntries(response.headers);
  for (const name of ["date", "x-request-id", "content-length", "transfer-encoding"]) {
    delete headers[name];
  }
  return { status: response.status, headers, body: await response.json() };
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
  "the fast path answers as the standard path does: %s",
  async (_name, path, input, authorization) => {
    const header = authorization ?? `Bearer ${token}`;
    const standard = await answer(path, input, "standard", header);
    expect(standard.headers).toMatchObject({
      vary: "trpc-accept, accept, origin",
      "access-control-allow-origin": "http://localhost:3000",
    });
    expect(await answer(path, input, "fast", header)).toEqual(standard);
  },
);

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
  const { status } = await answer("messages.list", input, "fast", `Bearer ${token}`);
  expect(status).toBe(403);
  expect(await refusals()).toBe(before + 1);
});

test.each(["fast", "standard"] as const)(
  "a page load reads the caller's membership once: the %s path",
  async (way) => {
    const membershipReads = () =>
      count('cruddur_dynamodb_seconds_count\\{operation="GetItem",outcome="ok"\\}');
    const before = await membershipReads();
    await answer(batch, { 0: {}, 1: own, 2: own }, way, `Bearer ${token}`);
    expect(await membershipReads()).toBe(before + 1);
  },
);
