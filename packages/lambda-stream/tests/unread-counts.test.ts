import { randomUUID } from "node:crypto";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { describe, expect, it } from "vitest";
import { at, createRunner, recordOf, type StreamRecord, texts, useStack } from "./support.ts";

const stack = useStack();

describe("unread counts", () => {
  it("stay exact when a marker is ahead of the stream", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const reader = at(members, 1);
    const records = [
      await stack.send(at(members, 0), message_group_uuid, "one"),
      await stack.send(at(members, 0), message_group_uuid, "two"),
      await stack.send(at(members, 0), message_group_uuid, "three"),
    ];
    const message_uuid = records[1]?.dynamodb.NewImage.message_uuid?.S ?? "";
    const marked = await stack.store.markRead({ ...reader, message_group_uuid, message_uuid });
    expect(marked).toEqual({ read_message_uuid: message_uuid, unread_count: 0, moved: true });
    await run(...records);
    expect(await stack.membership(reader, message_group_uuid)).toMatchObject({
      unread_count: 1,
      last_message: { message: "three" },
    });
    await run(...records);
    expect((await stack.membership(reader, message_group_uuid)).unread_count).toBe(1);
  });

  it("stay exact under sends, shuffled and repeated deliveries and markers, all at once", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 30; index += 1) {
      records.push(await stack.send(at(members, index % 3), message_group_uuid, `m${index}`));
    }
    const uuidAt = (index: number) => records[index]?.dynamodb.NewImage.message_uuid?.S ?? "";
    const reader = at(members, 0);
    await Promise.all([
      ...records.map((record, index) => run(record, records[(index * 7) % 30])),
      ...[3, 11, 7, 19, 15].map((index) =>
        stack.store.markRead({ ...reader, message_group_uuid, message_uuid: uuidAt(index) }),
      ),
    ]);
    const memberships = await Promise.all(
      members.map((m) => stack.membership(m, message_group_uuid)),
    );
    expect(texts(memberships)).toEqual(Array(3).fill("m29"));
    // Own messages are 0, 3, 6, …: of the ten after the marker at 19, three.
    expect(memberships.map((each) => each.unread_count)).toEqual([7, 20, 20]);
    expect(memberships[0]?.read_message_uuid).toBe(uuidAt(19));
  });

  it("don't include messages from before a member joined", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const before = await stack.send(at(members, 0), message_group_uuid, "before");
    await run(before);
    const newcomer = { user_uuid: randomUUID(), handle: "new", display_name: "New" };
    await stack.addMember(message_group_uuid, at(members, 0), newcomer);
    const after = await stack.send(at(members, 0), message_group_uuid, "after");
    await run(before, after);
    expect(await stack.membership(newcomer, message_group_uuid)).toMatchObject({
      unread_count: 1,
      last_message: { message: "after" },
    });
  });

  it("include a message whose sender's clock was behind", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const sender = at(members, 0);
    const newer = await stack.send(sender, message_group_uuid, "newer");
    await run(newer);
    const uuid = createMessageUuidFactory(() => Date.now() - 60_000)();
    const behind = {
      uuid,
      message_group_uuid,
      client_id: randomUUID(),
      message: "behind",
      created_at: messageCreatedAt(uuid),
      member_count: 2,
      ...sender,
    };
    const record = recordOf(behind);
    await stack.client.send(
      new PutItemCommand({ TableName: "cruddur-messages", Item: record.dynamodb.NewImage }),
    );
    await run(record);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "newer" },
    });
  });
});
