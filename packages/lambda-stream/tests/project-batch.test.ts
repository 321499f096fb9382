import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/core/errors";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/core/ids";
import type { Projection } from "@cruddur/ddb/projection";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  at,
  type Bench,
  createRunner,
  recordOf,
  type StreamRecord,
  startBench,
} from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const texts = (rows: { last_message: { message: string } | null }[]) =>
  rows.map((row) => row.last_message?.message);

describe("a batch", () => {
  it("loses no record but the first: every group in it moves, to its newest message", async () => {
    const { run } = createRunner(bench.projection);
    const one = await bench.createGroup(2);
    const two = await bench.createGroup(3);
    const records: StreamRecord[] = [];
    for (const text of ["a", "b", "c"]) {
      records.push(await bench.send(at(one.members, 0), one.message_group_uuid, `1${text}`));
      records.push(await bench.send(at(two.members, 1), two.message_group_uuid, `2${text}`));
    }
    expect(await run(...records)).toEqual([]);
    for (const { members, message_group_uuid } of [one, two]) {
      const rows = await Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
      const newest = message_group_uuid === one.message_group_uuid ? "1c" : "2c";
      expect(texts(rows)).toEqual(members.map(() => newest));
      expect(rows.map((row) => row.unread_count).sort()).toEqual([
        0,
        ...members.slice(1).map(() => 3),
      ]);
    }
  });

  it("of 20 messages writes each member's row once", async () => {
    const { message_group_uuid, members } = await bench.createGroup(2);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 20; index += 1) {
      records.push(await bench.send(at(members, index % 2), message_group_uuid, `m${index}`));
    }
    let moves = 0;
    const counting: Projection = {
      ...bench.projection,
      moveRow(row, messages) {
        moves += 1;
        return bench.projection.moveRow(row, messages);
      },
    };
    await createRunner(counting).run(...records);
    expect(moves).toBe(2);
    expect(await bench.row(at(members, 0), message_group_uuid)).toMatchObject({
      unread_count: 10,
      last_message: { message: "m19" },
    });
  });

  it("that holds a record twice counts it once", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const record = await bench.send(at(members, 0), message_group_uuid);
    await run(record, record);
    expect((await bench.row(at(members, 1), message_group_uuid)).unread_count).toBe(1);
  });

  it("replayed whole or in part changes nothing", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(3);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 4; index += 1) {
      records.push(await bench.send(at(members, index % 2), message_group_uuid, `m${index}`));
    }
    await run(...records);
    const rows = () => Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
    const before = await rows();
    await run(...records);
    await run(...records.slice(0, 2));
    await run(...records.slice(2));
    expect(await rows()).toEqual(before);
    expect(before.map((row) => row.unread_count)).toEqual([2, 2, 4]);
  });

  it("delivered late moves no conversation backwards, and is still counted", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const early = await bench.send(at(members, 0), message_group_uuid, "early");
    const late = await bench.send(at(members, 0), message_group_uuid, "late");
    await run(late);
    await run(early);
    expect(await bench.row(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "late" },
    });
  });

  it("partly seen before ends with the exact count", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const [one, two, three] = [
      await bench.send(at(members, 0), message_group_uuid, "one"),
      await bench.send(at(members, 0), message_group_uuid, "two"),
      await bench.send(at(members, 0), message_group_uuid, "three"),
    ];
    await run(one, two);
    await run(two, three);
    expect(await bench.row(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 3,
      last_message: { message: "three" },
    });
  });

  it("of edits, removals, rows, claims and group-making messages moves nothing", async () => {
    const { run, letters } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const record = await bench.send(at(members, 0), message_group_uuid);
    const image = { ...record.dynamodb.NewImage, projected: { BOOL: true } };
    const failed = await run(
      { ...record, eventName: "MODIFY" },
      { ...record, eventName: "REMOVE" },
      { ...record, dynamodb: { ...record.dynamodb, Keys: { pk: { S: "GRP#x" }, sk: { S: "y" } } } },
      { ...record, dynamodb: { ...record.dynamodb, NewImage: image } },
    );
    expect(failed).toEqual([]);
    expect(letters).toEqual([]);
    expect((await bench.row(at(members, 1), message_group_uuid)).last_message).toBeNull();
  });
});

describe("a failure", () => {
  it("names the lowest sequence number as a number, so that nothing is skipped", async () => {
    const { message_group_uuid, members } = await bench.createGroup(2);
    const other = await bench.createGroup(2);
    const good = await bench.send(at(other.members, 0), other.message_group_uuid, "good");
    const [first, second] = [
      await bench.send(at(members, 0), message_group_uuid),
      await bench.send(at(members, 0), message_group_uuid),
    ];
    first.dynamodb.SequenceNumber = "9";
    second.dynamodb.SequenceNumber = "10";
    const failing: Projection = {
      ...bench.projection,
      async moveRow(row, messages) {
        if (row.message_group_uuid === message_group_uuid) throw new AppError("unavailable");
        return bench.projection.moveRow(row, messages);
      },
    };
    const { run } = createRunner(failing);
    expect(await run(good, second, first)).toEqual(["9"]);
    // The other groups of the batch went on.
    expect(texts([await bench.row(at(other.members, 1), other.message_group_uuid)])).toEqual([
      "good",
    ]);
  });

  it("between two members' rows is mended by the replay, with exact counts", async () => {
    const { message_group_uuid, members } = await bench.createGroup(4);
    const record = await bench.send(at(members, 0), message_group_uuid, "news");
    let calls = 0;
    const crashing: Projection = {
      ...bench.projection,
      async moveRow(row, messages) {
        calls += 1;
        if (calls % 2 === 0) throw new AppError("unavailable");
        return bench.projection.moveRow(row, messages);
      },
    };
    expect(await createRunner(crashing).run(record)).toEqual([record.dynamodb.SequenceNumber]);
    expect(await createRunner(bench.projection).run(record)).toEqual([]);
    const rows = await Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
    expect(texts(rows)).toEqual(Array(4).fill("news"));
    expect(rows.map((row) => row.unread_count)).toEqual([0, 1, 1, 1]);
  });

  it.each([0, 1, 2])("is reported while a stale index shows %i of 3 members", async (shown) => {
    const { message_group_uuid, members } = await bench.createGroup(3);
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
    const { message_group_uuid, members } = await bench.createGroup(3);
    const record = await bench.send(at(members, 0), message_group_uuid, "bye");
    const leaver = at(members, 2);
    await bench.store.removeMember({ message_group_uuid, user_uuid: leaver.user_uuid });
    const stale: Projection = {
      ...bench.projection,
      listMemberUuids: async () => members.map(({ user_uuid }) => user_uuid),
    };
    expect(await createRunner(stale).run(record)).toEqual([]);
    const gone = await bench.store.getGroupRow({ message_group_uuid, user_uuid: leaver.user_uuid });
    expect(gone).toBeNull();
  });

  it("is reported when a stale index hides someone who joined in another's place", async () => {
    const { message_group_uuid, members } = await bench.createGroup(3);
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
    const { message_group_uuid, members } = await bench.createGroup(2);
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
    const { message_group_uuid, members } = await bench.createGroup(2);
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

describe("unread counts", () => {
  it("stay exact when a marker is ahead of the stream", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const reader = at(members, 1);
    const records = [
      await bench.send(at(members, 0), message_group_uuid, "one"),
      await bench.send(at(members, 0), message_group_uuid, "two"),
      await bench.send(at(members, 0), message_group_uuid, "three"),
    ];
    const message_uuid = records[1]?.dynamodb.NewImage.message_uuid?.S ?? "";
    const marked = await bench.store.markRead({ ...reader, message_group_uuid, message_uuid });
    expect(marked).toEqual({ read_message_uuid: message_uuid, unread_count: 0, moved: true });
    await run(...records);
    expect(await bench.row(reader, message_group_uuid)).toMatchObject({
      unread_count: 1,
      last_message: { message: "three" },
    });
    await run(...records);
    expect((await bench.row(reader, message_group_uuid)).unread_count).toBe(1);
  });

  it("stay exact under sends, shuffled and repeated deliveries and markers, all at once", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(3);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 30; index += 1) {
      records.push(await bench.send(at(members, index % 3), message_group_uuid, `m${index}`));
    }
    const uuidAt = (index: number) => records[index]?.dynamodb.NewImage.message_uuid?.S ?? "";
    const reader = at(members, 0);
    await Promise.all([
      ...records.map((record, index) => run(record, records[(index * 7) % 30])),
      ...[3, 11, 7, 19, 15].map((index) =>
        bench.store.markRead({ ...reader, message_group_uuid, message_uuid: uuidAt(index) }),
      ),
    ]);
    const rows = await Promise.all(members.map((m) => bench.row(m, message_group_uuid)));
    expect(texts(rows)).toEqual(Array(3).fill("m29"));
    // Own messages are 0, 3, 6, …: of the ten after the marker at 19, three.
    expect(rows.map((row) => row.unread_count)).toEqual([7, 20, 20]);
    expect(rows[0]?.read_message_uuid).toBe(uuidAt(19));
  });

  it("don't count what was said before a member joined", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(3);
    const before = await bench.send(at(members, 0), message_group_uuid, "before");
    await run(before);
    const newcomer = { user_uuid: randomUUID(), handle: "new", display_name: "New" };
    await bench.store.addMember({ message_group_uuid, member: newcomer });
    const after = await bench.send(at(members, 0), message_group_uuid, "after");
    await run(before, after);
    expect(await bench.row(newcomer, message_group_uuid)).toMatchObject({
      unread_count: 1,
      last_message: { message: "after" },
    });
  });

  it("come right with a message whose sender's clock was behind", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createGroup(2);
    const sender = at(members, 0);
    const newer = await bench.send(sender, message_group_uuid, "newer");
    await run(newer);
    const uuid = createMessageUuidFactory(() => Date.now() - 60_000)();
    const behind = {
      uuid,
      message_group_uuid,
      client_id: randomUUID(),
      message: "behind",
      created_at: messageCreatedAt(uuid),
      ...sender,
    };
    const { PutItemCommand } = await import("@aws-sdk/client-dynamodb");
    const record = recordOf(behind, 2);
    await bench.client.send(
      new PutItemCommand({ TableName: "cruddur-messages", Item: record.dynamodb.NewImage }),
    );
    await run(record);
    expect(await bench.row(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "newer" },
    });
  });
});
