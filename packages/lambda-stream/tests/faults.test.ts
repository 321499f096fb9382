import { createDynamoDbClient } from "@cruddur/ddb/client";
import { createProjection, type OperatorProjection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { at, createRunner, useStack } from "./support.ts";

const stack = useStack();

/**
 * The projection of a process that dies before or after one of its writes, and does nothing from
 * then on.
 * @param crashAt which of these moments; past the last one it lives
 */
async function createDyingProjection(crashAt: number): Promise<OperatorProjection> {
  const { hostname, port } = (await stack.client.config.endpoint?.()) ?? {};
  const client = createDynamoDbClient({ endpoint: `http://${hostname}:${port}`, maxAttempts: 1 });
  let moments = 0;
  const mayGoOn = () => {
    if (moments++ >= crashAt) throw new Error("crashed");
  };
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (commandName === "QueryCommand") return next(args);
        mayGoOn();
        const result = await next(args);
        mayGoOn();
        return result;
      },
    { step: "initialize", name: "death" },
  );
  return createProjection({ client });
}

describe("a conversation", () => {
  it("is in every member's inbox, once, whichever inbox update was the last before a crash", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const whole = createRunner(stack.projection);
    await whole.run(await stack.send(at(members, 0), message_group_uuid, "before"));
    const expectOnce = async () => {
      for (const { user_uuid } of members) {
        const { items } = await stack.store.listInbox({ user_uuid, limit: 20 });
        expect(items.map((each) => each.message_group_uuid)).toEqual([message_group_uuid]);
      }
    };

    let crashes = 0;
    for (;;) {
      const record = await stack.send(at(members, 0), message_group_uuid, `news ${crashes}`);
      const failed = await createRunner(await createDyingProjection(crashes)).run(record);
      await expectOnce();
      if (failed.length === 0) break;
      expect(await whole.run(record)).toEqual([]);
      await expectOnce();
      crashes += 1;
    }
    // Before and after one write a member, and no more: nothing is deleted to be put again.
    expect(crashes).toBe(members.length * 2);
    const memberships = await Promise.all(
      members.map((member) => stack.membership(member, message_group_uuid)),
    );
    expect(memberships.map((each) => each.last_message?.message)).toEqual(
      members.map(() => "news 6"),
    );
    expect(memberships.map((each) => each.unread_count)).toEqual([0, 8, 8]);
  });

  it("isn't doubled or forgotten after two quick messages, each projected with a stale index", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const records = [
      await stack.send(at(members, 0), message_group_uuid, "one"),
      await stack.send(at(members, 1), message_group_uuid, "two"),
    ];
    let reads = 0;
    const stale: OperatorProjection = {
      ...stack.projection,
      // The first looks show one member, then the other: never both.
      listMemberUuids: async (input) => {
        reads += 1;
        return reads > 2
          ? stack.projection.listMemberUuids(input)
          : [at(members, reads % 2).user_uuid];
      },
    };
    const { run } = createRunner(stale);
    const failed = (await Promise.all(records.map((record) => run(record)))).flat();
    expect(failed).toEqual(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    // Delivered again, the later one first.
    for (const record of records.toReversed()) expect(await run(record)).toEqual([]);
    for (const member of members) {
      const { user_uuid } = member;
      const { items } = await stack.store.listInbox({ user_uuid, limit: 20 });
      expect(items).toMatchObject([{ unread_count: 1, last_message: { message: "two" } }]);
    }
  });
});
