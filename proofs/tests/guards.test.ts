import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { TableInput, TableRequest } from "../src/faults.ts";
import { checkFaultyHistory, faultyHistory } from "../src/faulty-history.ts";
import { type World, Worlds } from "../src/world.ts";

/** Each guard is left out on the wire; a proof that still passes would have no teeth. */
const RUNS = 60;
const SEED = 20_261_121;

const MEMBER_COUNT = /"member_count":\{"N":"\d+"\}/g;

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

async function firstBrokenHistory(sabotage: (world: World) => void): Promise<unknown> {
  const property = fc.asyncProperty(faultyHistory, async (faulty) => {
    const world = await worlds.create(faulty);
    sabotage(world);
    await checkFaultyHistory(world, faulty);
  });
  const details = await fc.check(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  return details.failed ? details.errorInstance : null;
}

function without({ ConditionExpression, ...input }: TableInput): TableInput {
  return input;
}

function isPut(request: TableRequest, pkPrefix: string): boolean {
  const { pk } = (request.input.Item ?? {}) as { pk?: { S?: string } };
  return request.operation === "PutItem" && (pk?.S?.startsWith(pkPrefix) ?? false);
}

test("without the condition on the move, histories break", async () => {
  const error = await firstBrokenHistory(({ lambdaTable }) => {
    lambdaTable.rewrite = (request) => {
      const { operation, input } = request;
      if (operation !== "UpdateItem") return request;
      const values = input.ExpressionAttributeValues as Record<string, unknown>;
      if (!values[":oldest"]) return request;
      const { ":oldest": _, ":oldest_uuid": __, ...ExpressionAttributeValues } = values;
      return { operation, input: { ...without(input), ExpressionAttributeValues } };
    };
  });
  expect(error).not.toBeNull();
}, 100_000);

test("without the revision a recount was worked out from, histories break", async () => {
  const error = await firstBrokenHistory(({ lambdaTable, serverTable }) => {
    const rewrite = (request: TableRequest): TableRequest => {
      const { operation, input } = request;
      if (input.ConditionExpression !== "revision = :revision") return request;
      const values = input.ExpressionAttributeValues as Record<string, unknown>;
      const { ":revision": _, ...ExpressionAttributeValues } = values;
      return { operation, input: { ...without(input), ExpressionAttributeValues } };
    };
    lambdaTable.rewrite = rewrite;
    serverTable.rewrite = rewrite;
  });
  expect(error).not.toBeNull();
}, 100_000);

test("without the claim's condition, a retried draft is stored twice", async () => {
  const error = await firstBrokenHistory(({ serverTable }) => {
    serverTable.rewrite = (request) =>
      isPut(request, "CLM#") ? { ...request, input: without(request.input) } : request;
  });
  expect(error).not.toBeNull();
}, 100_000);

test("without the condition on absence, creating a pair twice loses what was there", async () => {
  const error = await firstBrokenHistory(({ serverTable }) => {
    serverTable.rewrite = (request) => {
      if (request.operation !== "TransactWriteItems") return request;
      const items = request.input.TransactItems as { Put?: TableInput }[];
      const TransactItems = items.map(({ Put, ...other }) => (Put ? { Put: without(Put) } : other));
      return { ...request, input: { ...request.input, TransactItems } };
    };
  });
  expect(error).not.toBeNull();
}, 100_000);

test("when the number of rows is not held against the member count, inboxes miss messages", async () => {
  const error = await firstBrokenHistory((world) => {
    // As if no row and no message counted anybody: what the index doesn't show is never missed.
    const none = (json: string) => json.replace(MEMBER_COUNT, '"member_count":{"N":"0"}');
    world.lambdaTable.rewriteAnswer = none;
    const { invoke } = world.lambda;
    world.lambda.invoke = (records, crashAfterWrites) =>
      invoke(JSON.parse(none(JSON.stringify(records))), crashAfterWrites);
  });
  expect(error).not.toBeNull();
}, 100_000);

test("when only the first record of a batch is read, the rest is lost", async () => {
  const error = await firstBrokenHistory((world) => {
    const { invoke } = world.lambda;
    world.lambda.invoke = (records, crash) => invoke(records.slice(0, 1), crash);
  });
  expect(error).not.toBeNull();
}, 100_000);
