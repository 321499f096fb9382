import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFileDeadLetters, createSqsDeadLetters } from "./dead-letters.ts";

const deadLetter = { reason: "malformed", pk: null, sk: null, problem: "", at: "" } as const;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-dead-letters-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("in a file, which its owner alone can read, each is a line, however many are sent at once", async () => {
  const path = join(directory, "dead-letters.jsonl");
  const deadLetters = createFileDeadLetters(path);
  const numbers = Array.from({ length: 50 }, (_, index) => String(index));
  await Promise.all(
    numbers.map((sequence_number) => deadLetters.send({ ...deadLetter, sequence_number })),
  );
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const kept = lines.map((line) => JSON.parse(line).sequence_number);
  expect(kept.sort()).toEqual(numbers.sort());
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("in a queue, each is a message, and one that the queue did not take is a failure", async () => {
  const sent: unknown[] = [];
  const client = new SQSClient({ region: "eu-west-1" });
  client.send = async (command: unknown) => {
    if (sent.length > 0) throw new Error("the queue is down");
    sent.push(command);
  };
  const deadLetters = createSqsDeadLetters(client, "https://sqs.example.com/queue");
  const letter = { ...deadLetter, sequence_number: "5" };
  await deadLetters.send(letter);
  const [command] = sent;
  expect(command).toBeInstanceOf(SendMessageCommand);
  expect((command as SendMessageCommand).input).toEqual({
    QueueUrl: "https://sqs.example.com/queue",
    MessageBody: JSON.stringify(letter),
  });
  await expect(deadLetters.send(letter)).rejects.toThrow("the queue is down");
});
