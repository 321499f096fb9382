import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { messageGroupInput } from "@cruddur/contract/message-groups";
import type { Member } from "@cruddur/ddb/types";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Context } from "../src/api/context.ts";
import { createPairs } from "../src/api/pairs.ts";
import { readerOf, router } from "../src/api/trpc.ts";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { signIn, useStack, uuidOf } from "./support/stack.ts";
import { startTableGate } from "./support/table-gate.ts";

const stack = useStack();
let gate: Awaited<ReturnType<typeof startTableGate>>;
let andrew: Client;
let londo: Client;
let message_group_uuid: string;

beforeAll(async () => {
  gate = await startTableGate(stack.env.AWS_ENDPOINT_URL);
  const server = await stack.start({ AWS_ENDPOINT_URL: gate.endpoint });
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

test("a member who is removed while a page is being read receives nothing of it", async () => {
  const [owner, other, member] = (["andrewbrown", "bayko", "londo"] as const).map((handle) => ({
    ...{ user_uuid: uuidOf(handle), handle, display_name: handle },
  })) as [Member, Member, Member];
  const group = await stack.store.createMessageGroup({
    ...{ message_group_uuid: randomUUID(), client_id: randomUUID(), name: "Team" },
    members: [owner, other, member],
  });
  const id = { message_group_uuid: group.message_group_uuid };
  gate.hold();
  const reading = refusalOf(londo.messages.list.query(id));
  await expect.poll(() => gate.waiting(), { interval: 5 }).toEqual(["GetItem", "Query"]);
  await stack.store.removeMember({
    ...{ ...id, actor: owner, op_id: randomUUID(), user_uuid: member.user_uuid },
  });
  gate.pass();
  expect(await reading).toMatchObject({ status: 403, app_code: "not_a_member" });
});
