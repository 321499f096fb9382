import { createClientId } from "@cruddur/contract/ids";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { beforeAll, expect, test, vi } from "vitest";
import type { LimitName } from "../src/limits/limits.ts";
import { ROUTES } from "../src/reference/plain-routes.ts";
import { appRouter } from "../src/router.ts";
import { appCode, createOwnAccountHelpers } from "./support/own-account.ts";
import { type SignedIn, signIn, useServer, uuidOf } from "./support/stack.ts";

/** A prime number of uses for each limit, so that a limiter's points tell which limit it belongs to. */
const POINTS: Record<LimitName, number> = {
  sends: 10_007,
  signIns: 10_009,
  accounts: 10_037,
  codes: 10_039,
  searches: 10_061,
  lookups: 10_067,
  typing: 10_069,
  reads: 10_079,
  changes: 10_091,
  names: 10_093,
  connections: 10_099,
  requests: 10_103,
  groups: 10_111,
  reports: 10_133,
  userReports: 10_139,
  exports: 10_141,
};
const variableOf = (limit: string) => `LIMIT_${limit.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
const { stack, server } = useServer(
  Object.fromEntries(Object.entries(POINTS).map(([name, n]) => [variableOf(name), `${n}/3600`])),
);

/** What a limit counts by, from the beginning of a key. */
const KEYS: [RegExp, string][] = [
  [/^u:/, "person"],
  [/^a\/64:/, "address"],
  [/^s:.*@/, "account at an address"],
  [/^d:/, "device"],
  [/^h:/, "handle"],
];

const consume = vi.spyOn(RateLimiterMemory.prototype, "consume");

/** What a call counts, such as `sends by person`, each once; `requests` by address is left out. */
async function usesOf(call: () => Promise<unknown>): Promise<string[]> {
  consume.mockClear();
  await call();
  const uses = consume.mock.calls.map(([key], index) => {
    const { points } = consume.mock.contexts[index] as RateLimiterMemory;
    const limit = Object.entries(POINTS).find(([, own]) => points % own === 0)?.[0];
    return `${limit} by ${KEYS.find(([form]) => form.test(String(key)))?.[1]}`;
  });
  expect(uses).toContain("requests by address");
  return [...new Set(uses)].filter((use) => use !== "requests by address");
}

interface Call {
  input?: unknown;
  uses: string[];
}

const toBayko = { handle: "bayko", message: "counted" };
const READ = "reads by person";
const CHANGE = "changes by person";

/** Every procedure. One that counts nothing but reads or changes needs no input. */
const PROCEDURES: Record<string, (pair: string, group: string) => Call> = {
  "messageGroups.list": () => ({ uses: [READ] }),
  "messageGroups.get": () => ({ uses: [READ] }),
  "messageGroups.markRead": () => ({ uses: [CHANGE] }),
  "messageGroups.create": () => ({
    input: { handles: ["bayko", "londo"], client_id: createClientId() },
    uses: [CHANGE, "groups by person", "lookups by person", "lookups by address"],
  }),
  "messageGroups.add": (_, message_group_uuid) => ({
    input: { message_group_uuid, handles: ["mira"], op_id: createClientId() },
    uses: [CHANGE, "groups by person", "lookups by person", "lookups by address"],
  }),
  "messageGroups.remove": () => ({ uses: [CHANGE] }),
  "messageGroups.leave": () => ({ uses: [CHANGE] }),
  "messageGroups.makeOwner": () => ({ uses: [CHANGE] }),
  "messageGroups.rename": () => ({ uses: [CHANGE] }),
  "messageGroups.accept": () => ({ uses: [CHANGE] }),
  "messageGroups.archive": () => ({ uses: [CHANGE] }),
  "messageGroups.unarchive": () => ({ uses: [CHANGE] }),
  "messageGroups.markUnread": () => ({ uses: [CHANGE] }),
  "messageGroups.mute": () => ({ uses: [CHANGE] }),
  "messageGroups.pin": () => ({ uses: [CHANGE] }),
  "messageGroups.unpin": () => ({ uses: [CHANGE] }),
  "users.block": () => ({ uses: [CHANGE] }),
  "users.report": () => ({
    input: { user_uuid: uuidOf("bayko"), reason: "spam" },
    uses: [CHANGE, "userReports by person"],
  }),
  "users.unblock": () => ({ uses: [CHANGE] }),
  "users.blocked": () => ({ uses: [READ] }),
  "messages.list": () => ({ uses: [READ] }),
  "messages.get": () => ({ uses: [READ] }),
  "messages.create": () => ({
    input: { ...toBayko, client_id: createClientId() },
    uses: [CHANGE, "sends by person", "lookups by person", "lookups by address"],
  }),
  "messages.edit": () => ({ uses: [CHANGE] }),
  "messages.delete": () => ({ uses: [CHANGE] }),
  "messages.hide": () => ({ uses: [CHANGE] }),
  "messages.react": () => ({ uses: [CHANGE] }),
  "messages.unreact": () => ({ uses: [CHANGE] }),
  "messages.typing": (message_group_uuid, _) => ({
    input: { message_group_uuid },
    uses: [CHANGE, "typing by person"],
  }),
  "users.short": () => ({
    input: { handle: "bayko" },
    uses: [READ, "lookups by person", "lookups by address"],
  }),
  "users.search": () => ({
    input: { query: "bay" },
    uses: [READ, "searches by person", "searches by address"],
  }),
  "users.me": () => ({ uses: [READ] }),
  "users.update": () => ({
    input: { display_name: "Andrew" },
    uses: [CHANGE, "names by person"],
  }),
  "users.changeHandle": () => ({
    input: { handle: "andrewbrown" },
    uses: [CHANGE, "names by person", "names by address"],
  }),
  "users.erasure": () => ({ uses: [READ] }),
  "users.profile": () => ({
    input: { user_uuid: uuidOf("bayko") },
    uses: [READ, "lookups by person", "lookups by address"],
  }),
  "users.avatars": () => ({ uses: [READ] }),
  "users.setAvatar": () => ({ input: { image: null }, uses: [CHANGE, "names by person"] }),
  "users.security": () => ({ uses: [READ, "lookups by person", "lookups by address"] }),
  "users.endSession": () => ({ uses: [CHANGE] }),
  "push.key": () => ({ uses: [READ] }),
  "push.subscribe": () => ({ uses: [CHANGE] }),
  "push.unsubscribe": () => ({ uses: [CHANGE] }),
  "live.events": () => ({ uses: ["connections by person"] }),
};

const ATTEMPT = "signIns by address";
const SIGN_UP = "accounts by address";
const CODE = ["codes by handle", "codes by address"];
const OWN_ACCOUNT = ["signIns by person", ATTEMPT, "codes by person", "codes by address"];
const account = { handle: "newcomer", email: "newcomer@example.com", display_name: "New" };
const password = "another horse 9 Battery";

/** Every other route. What a route counts by is counted before it looks at anything else. */
const PLAIN: Record<string, Call> = {
  "post /session": {
    input: { handle: "nobody", password },
    uses: [ATTEMPT, "signIns by account at an address"],
  },
  "post /session/passkey": { input: { handle: "nobody" }, uses: [ATTEMPT] },
  "post /session/passkey/confirm": {
    input: {
      ...{ handle: "nobody", session: "none" },
      credential: {
        ...{ id: "none", rawId: "none", type: "public-key" },
        response: { clientDataJSON: "none", authenticatorData: "none", signature: "none" },
      },
    },
    uses: [ATTEMPT, "signIns by account at an address"],
  },
  "post /session/refresh": { uses: [ATTEMPT] },
  "delete /session": { uses: [ATTEMPT] },
  "delete /session/all": { input: { password }, uses: [ATTEMPT, "signIns by person"] },
  "post /account": { input: { ...account, password }, uses: [SIGN_UP] },
  "post /account/confirm": { input: { handle: "x1", code: "123456" }, uses: [SIGN_UP, ...CODE] },
  "post /account/resend": { input: { handle: "x2" }, uses: [SIGN_UP, ...CODE] },
  "post /account/forgot": { input: { handle: "x3" }, uses: [SIGN_UP, ...CODE] },
  "post /account/reset": {
    input: { handle: "x4", code: "123456", password },
    uses: [SIGN_UP, ...CODE],
  },
  "post /account/password": { uses: OWN_ACCOUNT },
  "post /account/email": { uses: OWN_ACCOUNT },
  "post /account/email/confirm": { uses: OWN_ACCOUNT },
  "post /account/second-factor": { uses: OWN_ACCOUNT },
  "post /account/second-factor/confirm": { uses: OWN_ACCOUNT },
  "delete /account/second-factor": { uses: OWN_ACCOUNT },
  "post /account/passkeys": { uses: OWN_ACCOUNT },
  "post /account/passkeys/confirm": { uses: OWN_ACCOUNT },
  "delete /account/passkeys": { uses: OWN_ACCOUNT },
  "post /account/export": { uses: OWN_ACCOUNT },
  "post /account/export/download": { uses: ["lookups by address"] },
  "post /account/erasure": { uses: OWN_ACCOUNT },
  "delete /account/erasure": { uses: OWN_ACCOUNT },
};

type Procedure = { _def: { type: "query" | "mutation" | "subscription" } };
const procedures = appRouter._def.procedures as unknown as Record<string, Procedure>;

let caller: SignedIn;
let pair: string;
let group: string;

/** Sends one request and waits until the server has begun to answer it. */
async function request(method: string, path: string, input: unknown): Promise<unknown> {
  const leaving = new AbortController();
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${caller.access_token}`,
    },
    body: method === "GET" ? null : JSON.stringify(input ?? {}),
    signal: leaving.signal,
  });
  const isLive = response.headers.get("content-type") === "text/event-stream";
  if (!isLive) return response.json().catch(() => null);
  await response.body?.getReader().read();
  leaving.abort();
  return null;
}

function callProcedure(path: string, input: unknown): Promise<unknown> {
  if (procedures[path]?._def.type === "mutation") return request("POST", `/trpc/${path}`, input);
  const query = encodeURIComponent(JSON.stringify(input ?? {}));
  return request("GET", `/trpc/${path}?input=${query}`, undefined);
}

beforeAll(async () => {
  caller = await signIn(server, "andrewbrown");
  const make = async (path: string, input: object) => {
    const made = await callProcedure(path, { ...input, client_id: createClientId() });
    return (made as { result: { data: { message_group_uuid: string } } }).result.data
      .message_group_uuid;
  };
  pair = await make("messages.create", toBayko);
  group = await make("messageGroups.create", { handles: ["bayko", "londo"] });
});

test("every procedure and every other route is in the table of what it counts", () => {
  expect(Object.keys(PROCEDURES).sort()).toEqual(Object.keys(procedures).sort());
  const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(PLAIN).sort()).toEqual(routes.sort());
});

test.each(Object.keys(PROCEDURES))("%s counts against its limits and no others", async (path) => {
  const { input, uses } = PROCEDURES[path]?.(pair, group) ?? { uses: [] };
  expect(await usesOf(() => callProcedure(path, input))).toEqual(uses);
});

test("a message to a conversation is no look-up of a handle", async () => {
  const target = { message_group_uuid: pair };
  const input = { ...target, message: "counted", client_id: createClientId() };
  const uses = await usesOf(() => callProcedure("messages.create", input));
  expect(uses).toEqual([CHANGE, "sends by person"]);
});

test("a setting is no new name", async () => {
  const input = { typing_indicators: true };
  expect(await usesOf(() => callProcedure("users.update", input))).toEqual([CHANGE]);
});

test.each(Object.keys(PLAIN))("%s counts against its limits and no others", async (route) => {
  const [method = "", path = ""] = route.split(" ");
  const { input, uses } = PLAIN[route] ?? { uses: [] };
  expect(await usesOf(() => request(method.toUpperCase(), path, input))).toEqual(uses);
});

test("a sign-in from a known device counts by the device, and one with the password counts its code", async () => {
  const post = (body: object, cookie: string) =>
    fetch(`${server.url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const first = await post({ handle: "bayko", password: "correct horse 9 Battery" }, "");
  const device = first.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";
  expect(device).toMatch(/^cruddur_device=/);
  const proof = { handle: "bayko", password: "correct horse 9 Battery" };
  expect(await usesOf(() => post(proof, device))).toEqual([ATTEMPT, "signIns by device"]);
  const usesElsewhere = (body: object) => usesOf(() => post({ ...proof, ...body }, ""));
  const unknown = [ATTEMPT, "signIns by account at an address"];
  const code = "123456";
  expect(await usesElsewhere({ code })).toEqual(unknown);
  const helpers = createOwnAccountHelpers(stack, server);
  const owner = await signIn(server, "bayko");
  const { password } = proof;
  const { secret = "" } = (await helpers.call(owner, "/account/second-factor", { password })).body;
  const confirmation = { password, code: appCode(secret) };
  await helpers.call(owner, "/account/second-factor/confirm", confirmation);
  expect(await usesElsewhere({ code })).toEqual([
    ...unknown,
    // The person has signed in at this address.
    "codes by account at an address",
  ]);
  expect(await usesElsewhere({ code, password: "a guess" })).toEqual(unknown);
});
