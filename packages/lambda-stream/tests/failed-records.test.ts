import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { OperatorProjection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { at, createRunner, type StreamRecord, texts, useStack } from "./support.ts";

const stack = useStack();

describe("a failure", () => {
  it("is logged by the error's name and code, never by its message, which can quote a text", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const record = await stack.send(at(members, 0), message_group_uuid, "a secret text");
    const refusal = Object.assign(new Error("cannot write a secret text"), {
      name: "ValidationException",
      code: 400,
    });
    const failing: OperatorProjection = {
      ...stack.projection,
      updateMembership: () => Promise.reject(refusal),
    };
    const { run, logs } = createRunner(failing);
    await run(record);
    expect(logs).toContainEqual(
      expect.objectContaining({
        event: "inboxes_failed",
        error: "ValidationException",
        code: "400",
      }),
    );
    expect(JSON.stringify(logs)).not.toContain("secret text");
  });

  it.each([[["9", "10", "11"]], [["10", "9", "11"]], [["11", "10", "9"]]])(
    "names the lowest sequence number, compared as a number, wherever its record is: %j",
    async (sequenceNumbers) => {
      const { message_group_uuid, members } = await stack.createMessageGroup(2);
      const other = await stack.createMessageGroup(2);
      const good = await stack.send(at(other.members, 0), other.message_group_uuid, "good");
      const bad: StreamRecord[] = [];
      for (const SequenceNumber of sequenceNumbers) {
        const record = await stack.send(at(members, 0), message_group_uuid);
        bad.push({ ...record, dynamodb: { ...record.dynamodb, SequenceNumber } });
      }
      const failing: OperatorProjection = {
        ...stack.projection,
        async updateMembership(id, messages) {
          if (id.message_group_uuid === message_group_uuid) throw new AppError("unavailable");
          return stack.projection.updateMembership(id, messages);
        },
      };
      const { run } = createRunner(failing);
      expect(await run(good, ...bad)).toEqual(["9"]);
      // The other message groups of the batch were projected.
      const membership = await stack.membership(at(other.members, 1), other.message_group_uuid);
      expect(texts([membership])).toEqual(["good"]);
    },
  );

  it("between two inbox updates is repaired by the replay, with exact counts", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(4);
    const record = await stack.send(at(members, 0), message_group_uuid, "news");
    let calls = 0;
    const crashing: OperatorProjection = {
      ...stack.projection,
      async updateMembership(id, messages) {
        calls += 1;
        if (calls % 2 === 0) throw new AppError("unavailable");
        return stack.projection.updateMembership(id, messages);
      },
    };
    expect(await createRunner(crashing).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await createRunner(stack.projection).run(record)).toEqual([]);
    const memberships = await Promise.all(
      members.map((m) => stack.membership(m, message_group_uuid)),
    );
    expect(texts(memberships)).toEqual(Array(4).fill("news"));
    expect(memberships.map((each) => each.unread_count)).toEqual([0, 1, 1, 1]);
  });

  it.each([0, 1, 2])("is reported while a stale index shows %i of 3 members", async (shown) => {
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const record = await stack.send(at(members, 0), message_group_uuid, "seen by all");
    const stale: OperatorProjection = {
      ...stack.projection,
      listMemberUuids: async () => members.slice(0, shown).map(({ user_uuid }) => user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await createRunner(stack.projection).run(record)).toEqual([]);
    const memberships = await Promise.all(
      members.map((m) => stack.membership(m, message_group_uuid)),
    );
    expect(texts(memberships)).toEqual(Array(3).fill("seen by all"));
    expect(memberships.map((each) => each.unread_count)).toEqual([0, 1, 1]);
  });

  it("isn't reported for a member who left after the message was sent", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const record = await stack.send(at(members, 0), message_group_uuid, "bye");
    const leaver = at(members, 2);
    await stack.removeMember(message_group_uuid, at(members, 0), leaver);
    const stale: OperatorProjection = {
      ...stack.projection,
      listMemberUuids: async () => members.map(({ user_uuid }) => user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([]);
    const gone = await stack.store.getMembership({
      message_group_uuid,
      user_uuid: leaver.user_uuid,
    });
    expect(gone).toBeNull();
  });

  it("isn't reported for a group that everybody has left", async () => {
    const { run } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const record = await stack.send(at(members, 0), message_group_uuid, "bye");
    for (const actor of members) {
      await stack.store.leaveGroup({ message_group_uuid, actor, op_id: randomUUID() });
    }
    expect(await run(record)).toEqual([]);
  });

  it("is reported when a stale index hides someone who joined in another's place", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(3);
    const newcomer = { user_uuid: randomUUID(), handle: "new", display_name: "New" };
    await stack.removeMember(message_group_uuid, at(members, 0), at(members, 2));
    await stack.addMember(message_group_uuid, at(members, 0), newcomer);
    const record = await stack.send(at(members, 0), message_group_uuid, "welcome");
    const stale: OperatorProjection = {
      ...stack.projection,
      listMemberUuids: async () => members.map((member) => member.user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    await createRunner(stack.projection).run(record);
    expect(texts([await stack.membership(newcomer, message_group_uuid)])).toEqual(["welcome"]);
  });
});

describe("a malformed record", () => {
  const poisons = (good: StreamRecord): [string, unknown][] => {
    const { dynamodb } = good;
    const withImage = (image: object) => ({
      ...good,
      dynamodb: { ...dynamodb, NewImage: { ...dynamodb.NewImage, ...image } },
    });
    return [
      ["no image", { ...good, dynamodb: { ...dynamodb, NewImage: undefined } }],
      ["a text that is a number", withImage({ message: { N: "1" } })],
      ["another message's uuid", withImage({ message_uuid: { S: randomUUID() } })],
      ["no member count", withImage({ member_count: undefined })],
      [
        "a key that is none",
        { ...good, dynamodb: { ...dynamodb, Keys: { pk: { S: "MSG#x" }, sk: { S: "y" } } } },
      ],
      ["no keys", { ...good, dynamodb: { SequenceNumber: "7" } }],
    ];
  };

  it("goes to the dead sentDeadLetters with its key and none of its text, and blocks nobody", async () => {
    const { run, sentDeadLetters, logs } = createRunner(stack.projection);
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const good = await stack.send(at(members, 0), message_group_uuid, "top secret");
    const bad = poisons(good).map(([, record]) => record);
    expect(await run(...bad, good)).toEqual([]);
    expect(sentDeadLetters).toHaveLength(bad.length);
    expect(sentDeadLetters[0]).toMatchObject({
      reason: "malformed",
      pk: `MSG#${message_group_uuid}`,
      sk: good.dynamodb.Keys.sk?.S,
      sequence_number: good.dynamodb.SequenceNumber,
    });
    expect(JSON.stringify([sentDeadLetters, logs])).not.toContain("secret");
    expect(texts([await stack.membership(at(members, 1), message_group_uuid)])).toEqual([
      "top secret",
    ]);
  });

  it("is kept in the stream while the dead sentDeadLetters can't take it", async () => {
    const { message_group_uuid, members } = await stack.createMessageGroup(2);
    const good = await stack.send(at(members, 0), message_group_uuid);
    const refusing = { send: async () => Promise.reject(new Error("queue is down")) };
    const { run } = createRunner(stack.projection, refusing);
    const [[, bad]] = poisons(good) as [[string, StreamRecord]];
    expect(await run(good, bad)).toEqual([bad.dynamodb.SequenceNumber]);
  });

  it("of any shape never throws", async () => {
    const { run, sentDeadLetters } = createRunner(stack.projection);
    await run(null, undefined, 1, "x", {}, { eventName: "INSERT" }, { dynamodb: null });
    expect(sentDeadLetters).toHaveLength(7);
  });
});
