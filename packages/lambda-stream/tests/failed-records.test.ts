import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { Projection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { at, createRunner, type StreamRecord, texts, useBench } from "./support.ts";

const bench = useBench();

describe("a failure", () => {
  it.each([[["9", "10", "11"]], [["10", "9", "11"]], [["11", "10", "9"]]])(
    "names the lowest sequence number, compared as a number, wherever its record is: %j",
    async (sequenceNumbers) => {
      const { message_group_uuid, members } = await bench.createMessageGroup(2);
      const other = await bench.createMessageGroup(2);
      const good = await bench.send(at(other.members, 0), other.message_group_uuid, "good");
      const bad: StreamRecord[] = [];
      for (const SequenceNumber of sequenceNumbers) {
        const record = await bench.send(at(members, 0), message_group_uuid);
        bad.push({ ...record, dynamodb: { ...record.dynamodb, SequenceNumber } });
      }
      const failing: Projection = {
        ...bench.projection,
        async updateMembership(id, messages) {
          if (id.message_group_uuid === message_group_uuid) throw new AppError("unavailable");
          return bench.projection.updateMembership(id, messages);
        },
      };
      const { run } = createRunner(failing);
      expect(await run(good, ...bad)).toEqual(["9"]);
      // The other message groups of the batch were projected.
      const membership = await bench.row(at(other.members, 1), other.message_group_uuid);
      expect(texts([membership])).toEqual(["good"]);
    },
  );

  it("between two members' rows is mended by the replay, with exact counts", async () => {
    const { message_group_uuid, members } = await bench.createMessageGroup(4);
    const record = await bench.send(at(members, 0), message_group_uuid, "news");
    let calls = 0;
    const crashing: Projection = {
      ...bench.projection,
      async updateMembership(row, messages) {
        calls += 1;
        if (calls % 2 === 0) throw new AppError("unavailable");
        return bench.projection.updateMembership(row, messages);
      },
    };
    expect(await createRunner(crashing).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await createRunner(bench.projection).run(record)).toEqual([]);
    const rows = await Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
    expect(texts(rows)).toEqual(Array(4).fill("news"));
    expect(rows.map((row) => row.unread_count)).toEqual([0, 1, 1, 1]);
  });

  it.each([0, 1, 2])("is reported while a stale index shows %i of 3 members", async (shown) => {
    const { message_group_uuid, members } = await bench.createMessageGroup(3);
    const record = await bench.send(at(members, 0), message_group_uuid, "seen by all");
    const stale: Projection = {
      ...bench.projection,
      listMemberUuids: async () => members.slice(0, shown).map(({ user_uuid }) => user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await createRunner(bench.projection).run(record)).toEqual([]);
    const rows = await Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
    expect(texts(rows)).toEqual(Array(3).fill("seen by all"));
    expect(rows.map((row) => row.unread_count)).toEqual([0, 1, 1]);
  });

  it("isn't reported for a member who left after the message was sent", async () => {
    const { message_group_uuid, members } = await bench.createMessageGroup(3);
    const record = await bench.send(at(members, 0), message_group_uuid, "bye");
    const leaver = at(members, 2);
    await bench.store.removeMember({ message_group_uuid, user_uuid: leaver.user_uuid });
    const stale: Projection = {
      ...bench.projection,
      listMemberUuids: async () => members.map(({ user_uuid }) => user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([]);
    const gone = await bench.store.getMembership({
      message_group_uuid,
      user_uuid: leaver.user_uuid,
    });
    expect(gone).toBeNull();
  });

  it("is reported when a stale index hides someone who joined in another's place", async () => {
    const { message_group_uuid, members } = await bench.createMessageGroup(3);
    const { user_uuid } = at(members, 2);
    const newcomer = { user_uuid: randomUUID(), handle: "new", display_name: "New" };
    await bench.store.removeMember({ message_group_uuid, user_uuid });
    await bench.store.addMember({ message_group_uuid, member: newcomer });
    const record = await bench.send(at(members, 0), message_group_uuid, "welcome");
    const stale: Projection = {
      ...bench.projection,
      listMemberUuids: async () => members.map((member) => member.user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    await createRunner(bench.projection).run(record);
    expect(texts([await bench.row(newcomer, message_group_uuid)])).toEqual(["welcome"]);
  });
});

describe("a poison record", () => {
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

  it("goes to the dead letters with its key and none of its text, and blocks nobody", async () => {
    const { run, letters, logs } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const good = await bench.send(at(members, 0), message_group_uuid, "top secret");
    const bad = poisons(good).map(([, record]) => record);
    expect(await run(...bad, good)).toEqual([]);
    expect(letters).toHaveLength(bad.length);
    expect(letters[0]).toMatchObject({
      reason: "malformed",
      pk: `MSG#${message_group_uuid}`,
      sk: good.dynamodb.Keys.sk?.S,
      sequence_number: good.dynamodb.SequenceNumber,
    });
    expect(JSON.stringify([letters, logs])).not.toContain("secret");
    expect(texts([await bench.row(at(members, 1), message_group_uuid)])).toEqual(["top secret"]);
  });

  it("is kept in the stream while the dead letters can't take it", async () => {
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const good = await bench.send(at(members, 0), message_group_uuid);
    const refusing = { send: async () => Promise.reject(new Error("queue is down")) };
    const { run } = createRunner(bench.projection, refusing);
    const [[, bad]] = poisons(good) as [[string, StreamRecord]];
    expect(await run(good, bad)).toEqual([bad.dynamodb.SequenceNumber]);
  });

  it("of any shape never throws", async () => {
    const { run, letters } = createRunner(bench.projection);
    await run(null, undefined, 1, "x", {}, { eventName: "INSERT" }, { dynamodb: null });
    expect(letters).toHaveLength(7);
  });
});
