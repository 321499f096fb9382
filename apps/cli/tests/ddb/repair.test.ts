import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { DEAD_LETTERS_FILE, type DeadLetter } from "@cruddur/ddb/dead-letters";
import { messagePk, messageSk } from "@cruddur/ddb/keys";
import { membershipKey } from "@cruddur/ddb/membership-item";
import { describe, expect, it } from "vitest";
import { useCommands } from "./support.ts";
import { membershipOf, person, send, startPair } from "./table.ts";

const { dataPath, ddb, table } = useCommands();

describe("repair", () => {
  it("rebuild-inboxes corrects every membership from the messages while people write", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table, [a, b]);
    for (const text of ["two", "three"]) await send(table, a, message_group_uuid, text);
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: membershipKey(b.user_uuid, message_group_uuid),
        UpdateExpression: "SET unread_count = :many, message = :wrong",
        ExpressionAttributeValues: { ":many": { N: "99" }, ":wrong": { S: "wrong" } },
      }),
    );
    const [rebuilt, ...sent] = await Promise.all([
      ddb(["rebuild-inboxes", "--json"]),
      ...["four", "five"].map((text) => send(table, a, message_group_uuid, text)),
    ]);
    expect(JSON.parse(rebuilt.stdout).repaired).toBeGreaterThanOrEqual(2);
    await ddb(["rebuild-inboxes"]);
    const newest = sent
      .map(({ uuid }) => uuid)
      .sort()
      .at(-1);
    const membership = await membershipOf(table, b, message_group_uuid);
    expect(membership).toMatchObject({ unread_count: 5, last_message: { uuid: newest } });
    expect(JSON.parse((await ddb(["rebuild-inboxes", "--json"])).stdout).repaired).toBe(0);
  });

  it("replay corrects the memberships of each dead letter, removes it, and keeps those that fail", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table, [a, b]);
    const lost = await send(table, a, message_group_uuid, "lost in the stream");
    const deadLetter: DeadLetter = {
      reason: "retries_exhausted",
      pk: messagePk(message_group_uuid),
      sk: messageSk(lost.uuid),
      sequence_number: "1",
      problem: "",
      at: "",
    };
    const hopeless = { ...deadLetter, pk: messagePk(randomUUID()) };
    const path = dataPath(DEAD_LETTERS_FILE);
    await writeFile(
      path,
      `${JSON.stringify(deadLetter)}\nno dead letter\n${JSON.stringify(hopeless)}\n`,
    );
    const { stdout, stderr, exitCode } = await ddb(["replay"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "1 replayed, 2 kept\n", exitCode: 1 });
    expect(stderr).toContain("there is no such message");
    expect(await membershipOf(table, b, message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "lost in the stream" },
    });
    expect((await readFile(path, "utf8")).trim().split("\n")).toEqual([
      "no dead letter",
      JSON.stringify(hopeless),
    ]);
    await rm(path);
    expect(await ddb(["replay"])).toMatchObject({ stdout: "0 replayed, 0 kept\n", exitCode: 0 });
  });

  it("a replay that was killed is resumed and loses no dead letter", async () => {
    const { message_group_uuid, uuid } = await startPair(table, [person("a"), person("b")]);
    const deadLetter = JSON.stringify({
      reason: "malformed",
      pk: messagePk(message_group_uuid),
      sk: messageSk(uuid),
      sequence_number: "1",
    });
    const path = dataPath(DEAD_LETTERS_FILE);
    await writeFile(`${path}.replaying`, `${deadLetter}\n`);
    await writeFile(path, `${deadLetter}\n`);
    expect(await ddb(["replay"])).toMatchObject({ stdout: "2 replayed, 0 kept\n" });
  });

  it("replay of a queue without a region names the variable", async () => {
    expect(await ddb(["replay", "--queue", "https://sqs.example.com/1/letters"])).toMatchObject({
      exitCode: 1,
      stderr: "error: --queue needs AWS_REGION\n",
    });
  });

  it("replay never applies the dead letters of one place to the table of another", async () => {
    const aws = "https://sqs.eu-west-1.amazonaws.com/1/letters";
    const env = { AWS_REGION: "eu-west-1" };
    expect(await ddb(["replay", "--queue", aws], env)).toMatchObject({
      exitCode: 1,
      stderr: "error: a queue at AWS needs --prod: its table is at AWS\n",
    });
    const prod = {
      ...env,
      AWS_ENDPOINT_URL: "",
      DEAD_LETTER_QUEUE_URL: "http://sqs:9324/1/letters",
    };
    expect(await ddb(["replay", "--prod"], prod)).toMatchObject({
      exitCode: 1,
      stderr: "error: --prod uses AWS, but the queue is elsewhere\n",
    });
    expect(await ddb(["replay", "--queue", aws, "--file", "letters.jsonl"])).toMatchObject({
      exitCode: 1,
      stderr: "error: dead letters are in one place: give --file or --queue\n",
    });
  });

  it("the progress on a terminal never exceeds its total", async () => {
    await startPair(table, [person("a"), person("b")]);
    await writeFile(dataPath(DEAD_LETTERS_FILE), "no dead letter\nnor this\n");
    const { isTTY } = process.stderr;
    Object.assign(process.stderr, { isTTY: true });
    try {
      const rebuilt = await ddb(["rebuild-inboxes", "--json"]);
      const { memberships } = JSON.parse(rebuilt.stdout);
      expect(progressOf(rebuilt.stderr, "memberships")).toContainEqual([memberships, memberships]);
      const replayed = await ddb(["replay"]);
      expect(progressOf(replayed.stderr, "dead letters")).toContainEqual([2, 2]);
    } finally {
      Object.assign(process.stderr, { isTTY });
    }
  });
});

/** What a bar has shown, as value and total; fails where it claims more than all. */
function progressOf(stderr: string, label: string): [value: number, total: number][] {
  const shown = [...stderr.matchAll(new RegExp(`${label} .*?(\\d+)/(\\d+)`, "g"))].map(
    ([, value, total]): [number, number] => [Number(value), Number(total)],
  );
  for (const [value, total] of shown) expect(value).toBeLessThanOrEqual(total);
  expect(stderr).not.toContain("/0");
  return shown;
}
