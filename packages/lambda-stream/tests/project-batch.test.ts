import type { Projection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { at, createRunner, type StreamRecord, texts, useBench } from "./support.ts";

const bench = useBench();

describe("a batch", () => {
  it("loses no record but the first: every group in it moves, to its newest message", async () => {
    const { run } = createRunner(bench.projection);
    const one = await bench.createMessageGroup(2);
    const two = await bench.createMessageGroup(3);
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
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const records: StreamRecord[] = [];
    for (let index = 0; index < 20; index += 1) {
      records.push(await bench.send(at(members, index % 2), message_group_uuid, `m${index}`));
    }
    let moves = 0;
    const counting: Projection = {
      ...bench.projection,
      updateMembership(row, messages) {
        moves += 1;
        return bench.projection.updateMembership(row, messages);
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
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const record = await bench.send(at(members, 0), message_group_uuid);
    await run(record, record);
    expect((await bench.row(at(members, 1), message_group_uuid)).unread_count).toBe(1);
  });

  it("replayed whole or in part changes nothing", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createMessageGroup(3);
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
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
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
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
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

  it("in any order shows the newest message and counts each one", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const [one, two, three] = [
      await bench.send(at(members, 0), message_group_uuid, "one"),
      await bench.send(at(members, 0), message_group_uuid, "two"),
      await bench.send(at(members, 0), message_group_uuid, "three"),
    ];
    await run(three, one, two);
    expect(await bench.row(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 3,
      last_message: { message: "three" },
    });
  });

  it("in any order, partly seen before, shows the newest message and counts each one", async () => {
    const { run } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
    const one = await bench.send(at(members, 0), message_group_uuid, "one");
    const two = await bench.send(at(members, 0), message_group_uuid, "two");
    await run(one);
    await run(two, one);
    expect(await bench.row(at(members, 1), message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "two" },
    });
  });

  it("of edits, removals, rows, claims and group-making messages moves nothing", async () => {
    const { run, letters } = createRunner(bench.projection);
    const { message_group_uuid, members } = await bench.createMessageGroup(2);
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
