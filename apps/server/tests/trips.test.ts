import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { messageGroupInput } from "@cruddur/contract/message-groups";
import type { Member } from "@cruddur/ddb/types";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Context } from "../src/api/context.ts";
import { createPairs } from "../src/api/pairs.ts";
import { readerOf, router } from "../src/api/trpc.ts";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { erase } from "./support/erase.ts";
import { PASSWORD, signIn, type TestServer, useStack, uuidOf } from "./support/stack.ts";
import { startTableGate } from "./support/table-gate.ts";

const stack = useStack();
let server: TestServer;
let gate: Awaited<ReturnType<typeof startTableGate>>;
let andrew: Client;
let londo: Client;
let message_group_uuid: string;

beforeAll(async () => {
  gate = await startTableGate(stack.env.AWS_ENDPOINT_URL);
  server = await stack.start({ AWS_ENDPOINT_URL: gate.endpoint });
  const as = async (handle: string) =>
    createClient(server.url, (await signIn(server, handle)).access_token);
  [andrew, londo] = await Promise.all([as("andrewbrown"), as("londo")]);
  const sent = await andrew.messages.create.mutate({
    ...{ handle: "bayko", message: "hello", client_id: createClientId() },
  });
  ({ message_group_uuid } = sent);
  await andrew.messageGroups.get.query({ message_group_uuid });
  return async () => {
    gate.open();
    await gate.stop();
  };
});
afterEach(() => gate.open());

/** Makes a call and lets its requests to the table pass, each group only once all of it waits. */
async function inTrips<Result>(
  call: () => Promise<Result>,
  trips: string[][],
): Promise<PromiseSettledResult<Result>> {
  gate.hold();
  const settled = Promise.allSettled([call()]);
  for (const trip of trips) {
    await expect.poll(() => gate.waiting(), { interval: 5 }).toEqual(trip);
    gate.pass();
  }
  const [result] = await settled;
  return result;
}

describe("trips to the table one after another", () => {
  test("a page of messages takes one: membership and page are read at the same time", async () => {
    const result = await inTrips(
      () => andrew.messages.list.query({ message_group_uuid }),
      [["GetItem", "Query"]],
    );
    expect(result).toMatchObject({ value: { items: [{ message: "hello" }] } });
  });

  test("the inbox takes one, with the pinned conversations", async () => {
    await inTrips(() => andrew.messageGroups.list.query({}), [["Query", "Query"]]);
  });

  test("the batch of a page load takes one", async () => {
    const result = await inTrips(
      () =>
        Promise.all([
          andrew.messageGroups.list.query({}),
          andrew.messageGroups.get.query({ message_group_uuid }),
          andrew.messages.list.query({ message_group_uuid }),
        ]),
      [["BatchGetItem", "GetItem", "Query", "Query", "Query"]],
    );
    expect(result.status).toBe("fulfilled");
  });

  test("a message takes two: the membership is read while the client id is claimed", async () => {
    const draft = { ...(await createTeam()), message: "again", client_id: createClientId() };
    const result = await inTrips(
      () => andrew.messages.create.mutate(draft),
      [["GetItem", "PutItem"], ["PutItem"]],
    );
    expect(result).toMatchObject({ value: { message: "again" } });
  });

  test("a message that mentions a member takes two: the members are read at the same time", async () => {
    const group = await createTeam();
    const result = await inTrips(
      () =>
        andrew.messages.create.mutate({
          ...{ ...group, message: "hello @londo", client_id: createClientId() },
        }),
      [["GetItem", "PutItem", "Query"], ["PutItem"]],
    );
    expect(result).toMatchObject({ value: { message: "hello @londo" } });
  });

  test("a pair's first message takes two: both blocks are read, too", async () => {
    const result = await inTrips(
      () => londo.messages.create.mutate({ ...toBayko(), message: "first" }),
      [["GetItem", "GetItem", "GetItem", "PutItem"], ["TransactWriteItems"]],
    );
    expect(result).toMatchObject({ value: { message: "first" } });
  });

  test("somebody else stores nothing, and what they claimed is given back", async () => {
    const result = await inTrips(
      () =>
        refusalOf(
          londo.messages.create.mutate({
            ...{ message_group_uuid, message: "let me in", client_id: createClientId() },
          }),
        ),
      [["GetItem", "PutItem"], ["TransactWriteItems"]],
    );
    expect(JSON.stringify(result)).toContain("not_a_member");
    gate.open();
    const { items } = await andrew.messages.list.query({ message_group_uuid });
    expect(JSON.stringify(items)).not.toContain("let me in");
  });

  test("somebody else receives nothing of a page that was read at the same time", async () => {
    for (const read of ["list", "get"] as const) {
      const ofGroup = londo.messageGroups.get.query;
      const call = read === "list" ? londo.messages.list.query : ofGroup;
      const result = await inTrips(
        () => refusalOf(call({ message_group_uuid })),
        [["GetItem", "Query"]],
      );
      expect(JSON.stringify(result)).toContain("not_a_member");
      expect(JSON.stringify(result)).not.toContain("hello");
    }
  });

  test("the refusal of the guard is the answer, also when the read fails first", async () => {
    const around = "01900000-0000-7000-8000-000000000000";
    const result = await inTrips(
      () => refusalOf(londo.messages.list.query({ message_group_uuid, around })),
      [["GetItem", "Query", "Query"]],
    );
    expect(JSON.stringify(result)).toContain("not_a_member");
  });
});

test("a procedure that forgets the membership answers nobody but members", async () => {
  const read = vi.fn(() => "secret");
  const careless = router({ read: readerOf(messageGroupInput).query(read) });
  const user = { user_uuid: uuidOf("londo"), expiresAtMs: Number.POSITIVE_INFINITY };
  const services = {
    auth: { authenticate: async () => user },
    limits: { consume: async () => {} },
    observe: { span: (_: string, work: () => unknown) => work(), procedure: () => {} },
    store: stack.store,
    pairs: createPairs(),
  };
  const ctx = { services, facts: {}, memberships: new Map() } as unknown as Context;
  const reading = careless.createCaller(ctx).read({ message_group_uuid });
  await expect(reading).rejects.toMatchObject({ message: "not_a_member" });
  expect(read).toHaveBeenCalledOnce();
});

/** A group of andrewbrown, bayko and londo. */
async function createTeam(): Promise<{ message_group_uuid: string }> {
  const group = await stack.store.createMessageGroup({
    ...{ message_group_uuid: randomUUID(), client_id: randomUUID(), name: "Team" },
    members: TEAM.map(memberOf),
  });
  return { message_group_uuid: group.message_group_uuid };
}

const TEAM = ["andrewbrown", "bayko", "londo"] as const;
const memberOf = (handle: (typeof TEAM)[number]): Member => ({
  ...{ user_uuid: uuidOf(handle), handle, display_name: handle },
});
const toBayko = () => ({ handle: "bayko", client_id: createClientId() });

/** Removes londo from a group while the requests that londo's call has made so far wait. */
async function removeLondo(id: { message_group_uuid: string }, waiting: string[]): Promise<void> {
  await expect.poll(() => gate.waiting(), { interval: 5 }).toEqual(waiting);
  await stack.store.removeMember({
    ...{ ...id, actor: memberOf("andrewbrown"), op_id: randomUUID(), user_uuid: uuidOf("londo") },
  });
  gate.pass();
}

test("a member who is removed while a page is being read receives nothing of it", async () => {
  const id = await createTeam();
  gate.hold();
  const reading = refusalOf(londo.messages.list.query(id));
  await removeLondo(id, ["GetItem", "Query"]);
  expect(await reading).toMatchObject({ status: 403, app_code: "not_a_member" });
});

test("a member who is removed while they send stores nothing", async () => {
  const id = await createTeam();
  gate.hold();
  const draft = { ...id, message: "too late", client_id: createClientId() };
  const sending = refusalOf(londo.messages.create.mutate(draft));
  await removeLondo(id, ["GetItem", "PutItem"]);
  gate.open();
  expect(await sending).toMatchObject({ status: 403, app_code: "not_a_member" });
  const { items } = await andrew.messages.list.query(id);
  expect(JSON.stringify(items)).not.toContain("too late");
});

test("a person who is erased while they send leaves a tombstone, however late the message is stored", async () => {
  const person = { handle: "leaver", display_name: "Leaver", email: "leaver@example.com" };
  await stack.pool.createUser({ ...person, password: PASSWORD });
  const { access_token, user } = await signIn(server, "leaver");
  const leaver = createClient(server.url, access_token);
  const sender: Member = { ...person, user_uuid: user.uuid };
  const draft = { sender, receiver: memberOf("bayko"), client_id: createClientId() };
  const first = await stack.store.sendToPerson({ ...draft, message: "first" });
  gate.hold();
  const sending = leaver.messages.create.mutate({
    ...{ message_group_uuid: first.message_group_uuid, client_id: createClientId() },
    message: "the last words",
  });
  for (const trip of [["GetItem", "PutItem"], ["PutItem"]]) {
    await expect.poll(() => gate.waiting(), { interval: 5 }).toEqual(trip);
    if (trip.length > 1) gate.pass();
  }
  await erase(stack, user.uuid, async () => {
    gate.open();
    await sending;
  });
  gate.open();
  await sending;
  const { items } = await stack.store.listMessages({ ...first, joined_after: null, limit: 9 });
  const left = items.map(({ message, handle, display_name }) => [message, handle, display_name]);
  expect(left).toEqual([
    ["", "", ""],
    ["", "", ""],
  ]);
});
