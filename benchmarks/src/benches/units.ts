import { randomUUID } from "node:crypto";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { projectOriginal } from "../compared/original/projection.ts";
import { messageItem } from "../compared/original/table.ts";
import type { Bench, BenchContext, Goal, Measure } from "../harness/bench.ts";
import {
  fillOriginalConversation,
  ORIGINAL_TABLE,
  startBothTables,
} from "../harness/original-table.ts";
import { createLambda, messageRecords } from "../harness/stream-lambda.ts";
import { fillConversation, ORDINARY_TEXT, people, person } from "../harness/table.ts";
import { startUnitMeter, type UnitMeter } from "../harness/unit-meter.ts";

interface Scenario {
  what: string;
  members: number;
  burst: number;
  text: string;
  goal?: Goal;
}

const most = (value: number): Goal => ({ at: "most", value });
const SCENARIOS: Scenario[] = [
  { what: "one message, 2 members", members: 2, burst: 1, text: ORDINARY_TEXT, goal: most(0.9) },
  {
    what: "one message of 1,024 characters, 2 members",
    members: 2,
    burst: 1,
    text: "x".repeat(1024),
    goal: most(0.5),
  },
  { what: "a burst of 20, 2 members", members: 2, burst: 20, text: ORDINARY_TEXT, goal: most(0.3) },
  { what: "one message, 50 members", members: 50, burst: 1, text: ORDINARY_TEXT },
  {
    what: "a burst of 20, 50 members",
    members: 50,
    burst: 20,
    text: ORDINARY_TEXT,
    goal: most(0.06),
  },
];

interface Environment {
  meter: UnitMeter;
  store: ReturnType<typeof createMessagesStore>;
  client: ReturnType<typeof createDynamoDbClient>;
  seed: ReturnType<typeof createDynamoDbClient>;
}

async function startEnvironment(ctx: BenchContext): Promise<Environment> {
  const table = await startBothTables(ctx);
  const meter = await startUnitMeter(ctx, table.endpoint);
  const client = createDynamoDbClient({ endpoint: meter.endpoint });
  ctx.defer(() => client.destroy());
  return { meter, client, seed: table.client, store: createMessagesStore({ client }) };
}

/** The write units of one message: its send and its part of the projection. */
async function productUnits(
  environment: Environment,
  scenario: Scenario,
  members: Member[],
): Promise<number> {
  const { meter, store, client, seed } = environment;
  const message_group_uuid = randomUUID();
  await fillConversation(seed, { message_group_uuid, members, messages: 2 });
  const sender = members[0] ?? person(0);
  meter.take();
  const sent: StoredMessage[] = [];
  for (let index = 0; index < scenario.burst; index += 1) {
    const membership = await store.getMembership({
      user_uuid: sender.user_uuid,
      message_group_uuid,
    });
    if (membership === null) throw new Error("no membership");
    const message = scenario.text;
    sent.push(await store.sendMessage({ sender, client_id: randomUUID(), message, membership }));
  }
  await createLambda(client)(messageRecords(sent));
  return meter.take().write / scenario.burst;
}

async function originalUnits(
  environment: Environment,
  scenario: Scenario,
  members: Member[],
): Promise<number> {
  const { meter, client, seed } = environment;
  const message_group_uuid = randomUUID();
  const { text } = scenario;
  // Every message of the original costs the same, so two are enough.
  const burst = Math.min(scenario.burst, 2);
  await fillOriginalConversation(seed, { message_group_uuid, members, messages: 2, text });
  meter.take();
  const items = Array.from({ length: burst }, (_, index) =>
    messageItem({
      message_uuid: randomUUID(),
      message_group_uuid,
      message: text,
      created_at: new Date(Date.now() + index).toISOString(),
      sender: members[0] ?? person(0),
    }),
  );
  for (const Item of items) {
    await client.send(new PutItemCommand({ TableName: ORIGINAL_TABLE, Item }));
    await projectOriginal(client, ORIGINAL_TABLE, [Item]);
  }
  return meter.take().write / burst;
}

/** The read units of a page of 20 items, which the original also reads with one Query. */
async function readUnits(environment: Environment): Promise<Measure[]> {
  const { meter, seed, store } = environment;
  const members = people(2);
  const owner = members[0] ?? person(0);
  const message_group_uuid = randomUUID();
  await fillConversation(seed, { message_group_uuid, members, messages: 40 });
  for (let index = 0; index < 40; index += 1) {
    const pair = { message_group_uuid: randomUUID(), members: [owner, person(index)] };
    await fillConversation(seed, { ...pair, messages: 1 });
  }
  meter.take();
  await store.listMessages({ joined_after: null, message_group_uuid, limit: 20 });
  const history = meter.take();
  await store.listInbox({ user_uuid: owner.user_uuid, limit: 20 });
  const inbox = meter.take();
  const row = (what: string, { read, calls }: { read: number; calls: number }): Measure => ({
    what,
    value: read,
    unit: "units",
    goal: most(1.5),
    detail: `${calls} call; messages of ${ORDINARY_TEXT.length} characters`,
  });
  return [
    row("read units of messages.list, 20 items", history),
    row("read units of messageGroups.list, 20 items", inbox),
  ];
}

export const units: Bench = {
  name: "units",
  question: "How many DynamoDB units does an operation consume? These are counts and not times.",
  steps: SCENARIOS.length + 1,
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const measures: Measure[] = [];
    for (const scenario of SCENARIOS) {
      const ours = await productUnits(environment, scenario, people(scenario.members));
      const theirs = await originalUnits(environment, scenario, people(scenario.members));
      measures.push({
        what: `write units per message against the original: ${scenario.what}`,
        value: ours / theirs,
        unit: "times",
        ...(scenario.goal && { goal: scenario.goal }),
        detail: `${Number(ours.toFixed(2))} against ${Number(theirs.toFixed(2))} units`,
      });
      ctx.tick();
    }
    measures.push(...(await readUnits(environment)));
    ctx.tick();
    return measures;
  },
};
