import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { createReports } from "@cruddur/db/reports";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSuspensions } from "@cruddur/db/suspensions";
import { findValkey, startValkey } from "@cruddur/engines/valkey";
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import {
  PASSWORD,
  postJson,
  signIn,
  type TestServer,
  untilHealthy,
  useStack,
  uuidOf,
} from "./support/stack.ts";

const stack = useStack();
let one: TestServer;
let two: TestServer;
let andrew: Client;
let bayko: Client;
let londo: Client;

beforeAll(async () => {
  // With Valkey, servers hear operators over Postgres and everything else over Valkey.
  const valkey = findValkey() === null ? null : await startValkey();
  const env: Record<string, string> = valkey === null ? {} : { LIVE_URL: valkey.url };
  [one, two] = await Promise.all([stack.start(env), stack.start(env)]);
  await Promise.all([one, two].map(untilHealthy));
  const client = async (handle: "andrewbrown" | "bayko" | "londo") =>
    createClient(one.url, (await signIn(one, handle)).access_token);
  [andrew, bayko, londo] = await Promise.all([
    client("andrewbrown"),
    client("bayko"),
    client("londo"),
  ]);
  await stack.acquaint("andrewbrown", "bayko");
  return () => valkey?.stop();
});

const send = (from: Client, handle: string, message: string) =>
  from.messages.create.mutate({ handle, message, client_id: createClientId() });
const eventsOf = async (handle: "bayko" | "londo") =>
  (await createSecurityEvents(stack.postgres.db).list({ user_uuid: uuidOf(handle), handle }, 50))
    .map(({ event }) => event)
    .filter((event) => event !== "sign_in");

describe("a report", () => {
  test("keeps what the reported person wrote last and the message it names, and nothing of others, until it is resolved", async () => {
    const reports = createReports(stack.postgres.db);
    const named = await send(andrew, "bayko", "the first insult");
    const { message_group_uuid, uuid: message_uuid } = named;
    await send(bayko, "andrewbrown", "please stop");
    for (let n = 1; n <= 11; n += 1) await send(andrew, "bayko", `insult ${n}`);
    const report = {
      ...{ user_uuid: uuidOf("andrewbrown"), message_group_uuid, message_uuid },
      reason: "abuse",
    } as const;
    await bayko.users.report.mutate(report);
    await bayko.users.report.mutate(report);
    const [open, ...others] = await reports.list({ all: false });
    expect(others).toEqual([]);
    expect(open).toMatchObject({
      ...{ handle: "andrewbrown", reporter_handle: "bayko", reason: "abuse", message_uuid },
    });
    const texts = open?.evidence.map(({ message }) => message);
    expect(texts).toEqual(["the first insult", ...range(2, 11).map((n) => `insult ${n}`)]);
    expect(await eventsOf("bayko")).toEqual(["report"]);

    const uuid = open?.uuid ?? "";
    expect([await reports.resolve(uuid), await reports.resolve(uuid)]).toEqual([true, false]);
    expect([await reports.countOpen(), (await reports.list({ all: true })).length]).toEqual([0, 1]);
    await bayko.users.report.mutate(report);
    expect(await reports.countOpen()).toBe(1);
  });

  test("about oneself, nobody, another's message or a conversation of others is refused", async () => {
    const { message_group_uuid, uuid: message_uuid } = await send(bayko, "andrewbrown", "mine");
    const report = (by: Client, about: object) =>
      refusalOf(
        by.users.report.mutate({ user_uuid: uuidOf("andrewbrown"), reason: "spam", ...about }),
      );
    const refusals = await Promise.all([
      report(andrew, {}),
      report(bayko, { user_uuid: randomUUID() }),
      report(bayko, { message_group_uuid, message_uuid }),
      report(londo, { message_group_uuid }),
      report(bayko, { message_uuid }),
    ]);
    expect(refusals.map(({ app_code }) => app_code)).toEqual([
      "invalid_input",
      "user_not_found",
      "message_not_found",
      "not_a_member",
      "message_group_uuid_blank",
    ]);
  });
});

test("a suspended person has no session, live connection, sign-in or search result left on any server, until they are restored", async () => {
  const suspensions = createSuspensions(stack.postgres.db);
  const user_uuid = uuidOf("londo");
  const signedIn = await Promise.all([signIn(one, "londo"), signIn(two, "londo")]);
  const clients = signedIn.map(({ access_token }, n) =>
    createClient([one, two][n]?.url ?? "", access_token),
  );
  const heard = clients.map((client) => {
    const events: LiveEvent["type"][] = [];
    const done = { onData: ({ data }: { data: LiveEvent }) => void events.push(data.type) };
    return { events, connection: client.live.events.subscribe(undefined, done) };
  });
  for (const { events } of heard) await expect.poll(() => events).toContain("ready");
  const find = async () => (await bayko.users.search.query({ query: "londo" })).items.length;
  expect(await find()).toBe(1);

  await suspensions.suspend(user_uuid);
  await suspensions.suspend(user_uuid);
  for (const { events } of heard) await expect.poll(() => events).toContain("signed_out");
  for (const { connection } of heard) connection.unsubscribe();
  const refused = { status: 401, app_code: "account_suspended" };
  for (const client of clients) {
    expect(await refusalOf(send(client, "bayko", "let me in"))).toEqual(refused);
  }
  const answer = await postJson(`${two.url}/session`, { handle: "londo", password: PASSWORD });
  expect([answer.status, await answer.json()]).toMatchObject([
    401,
    { app_code: "account_suspended" },
  ]);
  const { cookie = "" } = signedIn[0] ?? {};
  expect((await postJson(`${one.url}/session/refresh`, {}, { cookie })).status).toBe(401);
  expect(await find()).toBe(0);

  await suspensions.restore(user_uuid);
  const again = createClient(two.url, (await signIn(two, "londo")).access_token);
  await again.users.me.query();
  for (const client of clients) {
    expect(await refusalOf(client.users.me.query())).toMatchObject({ app_code: "unauthenticated" });
  }
  expect(await eventsOf("londo")).toEqual(["restored", "suspended", "suspended"]);
});

const range = (from: number, until: number) =>
  Array.from({ length: until - from + 1 }, (_, index) => from + index);
