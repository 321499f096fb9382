import type { OperatorProjection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { at, createRunner, type StreamRecord, texts, useStack } from "./support.ts";

const stack = useStack();

describe("a batch", () => {
  it("loses no record: every message group in it gets the preview of its newest message", async () => {
    const { run } = createRunner(stack.projection);
    const one = await stack.createMessageGroup(2);
    const two = await stack.createMessageGroup(3);
    const records: StreamRecord[] = [];
    for (const text of ["a", "b", "c"]) {
      records.push(await stack.send(at(one.members, 0), one.message_group_uuid, `1${text}`));
      records.push(await stack.send(at(two.members, 1), two.message_group_uuid, `2${text}`));
    }
    expect(await run(...records)).toEqual([]);
    for (const { members, message_group_uuid } of [one, two]) {
      const memberships = await Promise.all(
        members.map((m) => stack.membership(m, message_group_uuid)),
      );
      const newest = message_group_uuid === one.message_group_uuid ? "1c" : "2c";
      expect(texts(memberships)).toEqual(members.map(() => newest));
      expect(memberships.map((each) => each.unread_count).sort()).toEqual([
        0,
        ...members.slice(1).map(() => 3),
      ]);
    }
  });

  it("of 20 messages writes each membership once", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 20; index += 1) {
      records.push(await stack.send(at(members, index % 2), message_group_uuid, `m${index}`));
    }
    let updates = 0;
    const counting: OperatorProjection = {
      ...stack.projection,
      updateMembership(id, messages) {
        updates += 1;
        return stack.projection.updateMembership(id, messages);
      },
    };
    await createRunner(counting).run(...records);
    expect(updates).toBe(2);
    expect(await stack.membership(at(members, 0), message_group_uuid)).toMatchObject({
      unread_count: 10,
      last_message: { message: "m19" },
    });
  });

  it("that holds a record twice counts it once", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const record = await stack.send(at(members, 0), message_group_uuid);
    await run(record, record);
    expect((await stack.membership(at(members, 1), message_group_uuid)).unread_count).toBe(1);
  });

  it("replayed whole or in part changes nothing", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 4; index += 1) {
      records.push(await stack.send(at(members, index % 2), message_group_uuid, `m${index}`));
    }
    await run(...records);
    const memberships = () =>
      Promise.all(members.map((m) => stack.membership(m, message_group_uuid)));
    const before = await memberships();
    await run(...records);
    await run(...records.slice(0, 2));
    await run(...records.slice(2));
    expect(await memberships()).toEqual(before);
    expect(before.map((each) => each.unread_count)).toEqual([2, 2, 4]);
  });

  it("delivered late takes no preview back, and is still counted", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const early = await stack.send(at(members, 0), message_group_uuid, "early");
    const late = await stack.send(at(members, 0), message_group_uuid, "late");
    await run(late);
    await run(early);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "late" },
    });
  });

  it("partly seen before ends with the exact count", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const [one, two, three] = [
      await stack.send(at(members, 0), message_group_uuid, "one"),
      await stack.send(at(members, 0), message_group_uuid, "two"),
      await stack.send(at(members, 0), message_group_uuid, "three"),
    ];
    await run(one, two);
    await run(two, three);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 3,
      last_message: { message: "three" },
    });
  });

  it("in any order shows the newest message and counts each one", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const [one, two, three] = [
      await stack.send(at(members, 0), message_group_uuid, "one"),
      await stack.send(at(members, 0), message_group_uuid, "two"),
      await stack.send(at(members, 0), message_group_uuid, "three"),
    ];
    await run(three, one, two);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 3,
      last_message: { message: "three" },
    });
  });

  it("in any order, partly seen before, shows the newest message and counts each one", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const one = await stack.send(at(members, 0), message_group_uuid, "one");
    const two = await stack.send(at(members, 0), message_group_uuid, "two");
    await run(one);
    await run(two, one);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "two" },
    });
  });

  it("of changes, deletions, memberships, send claims and first messages changes nothing", async () => {
    const { run, sentDeadLetters } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const record = await stack.send(at(members, 0), message_group_uuid);
    const before = await stack.membership(at(members, 1), message_group_uuid);
    const image = { ...record.dynamodb.NewImage, projected: { BOOL: true } };
    const failed = await run(
      { ...record, eventName: "MODIFY" },
      { ...record, eventName: "REMOVE" },
      { ...record, dynamodb: { ...record.dynamodb, Keys: { pk: { S: "GRP#x" }, sk: { S: "y" } } } },
      { ...record, dynamodb: { ...record.dynamodb, NewImage: image } },
    );
    expect(failed).toEqual([]);
    expect(sentDeadLetters).toEqual([]);
    expect(await stack.membership(at(members, 1), message_group_uuid)).toEqual(before);
  });
});
