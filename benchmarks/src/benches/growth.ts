import { randomUUID } from "node:crypto";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { createFastPathClient } from "@cruddur/ddb/fast-path-client";
import type { MessagesStore } from "@cruddur/ddb/store";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Member } from "@cruddur/ddb/types";
import { writeItems } from "@cruddur/ddb/write-items";
import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench, Measure } from "../harness/bench.ts";
import { pairedRatio, quantile, spread } from "../harness/stats.ts";
import {
  type BenchTable,
  conversationItems,
  fillConversation,
  people,
  person,
  startBenchTable,
} from "../harness/table.ts";

const ROUNDS = 9;
const CALLS = 150;

/** The p50 of sequential calls, in ms. */
async function p50Ms(call: () => Promise<unknown>): Promise<number> {
  const latencies = new Float64Array(CALLS);
  for (let index = 0; index < CALLS; index += 1) {
    const startedAt = performance.now();
    await call();
    latencies[index] = performance.now() - startedAt;
  }
  return quantile(latencies.sort(), 0.5);
}

async function growthOf(
  what: string,
  sizes: { small: number; large: number },
  calls: { small: () => Promise<unknown>; large: () => Promise<unknown> },
  tick: () => void,
): Promise<Measure> {
  const slices = await alternateSides(
    { small: () => p50Ms(calls.small), large: () => p50Ms(calls.large) },
    { rounds: ROUNDS, tick },
  );
  const ms = (values: number[]) => spread(values).median.toPrecision(3);
  return {
    what: `${what}: p50 at ${sizes.large.toLocaleString("en-US")} against ${sizes.small}`,
    value: pairedRatio(slices.large, slices.small),
    unit: "times",
    goal: { at: "most", value: 1.2 },
    detail: `${ms(slices.large)} against ${ms(slices.small)} ms, store and engine`,
  };
}

/** Creates a conversation of two people. Returns its uuid. */
async function newConversation(table: BenchTable, members: Member[], messages: number) {
  const message_group_uuid = randomUUID();
  await fillConversation(table.client, { message_group_uuid, members, messages });
  return message_group_uuid;
}

/** Creates an inbox of conversations with one message each. Returns its owner. */
async function fillInbox(table: BenchTable, groups: number): Promise<Member> {
  const owner = person(0);
  const items = Array.from({ length: groups }, (_, index) =>
    conversationItems({
      message_group_uuid: randomUUID(),
      members: [owner, person(index + 1)],
      messages: 1,
    }),
  );
  await writeItems(table.client, items.flat());
  return owner;
}

function sendTo(store: MessagesStore, sender: Member, message_group_uuid: string) {
  return async () => {
    const membership = await store.getMembership({
      user_uuid: sender.user_uuid,
      message_group_uuid,
    });
    if (membership === null) throw new Error("no membership");
    await store.sendMessage({ sender, client_id: randomUUID(), message: "one more", membership });
  };
}

export const growth: Bench = {
  name: "growth",
  question: "Do requests become slower as a conversation or an inbox grows?",
  steps: 4 + 3 * (ROUNDS + 1),
  async run(ctx) {
    const table = await startBenchTable(ctx);
    const client = createFastPathClient(createDynamoDbClient({ endpoint: table.endpoint }));
    ctx.defer(() => client.destroy());
    const store = createMessagesStore({ client });
    const members = people(2);
    const [sender = person(0)] = members;
    const short = await newConversation(table, members, 100);
    ctx.tick();
    const long = await newConversation(table, members, 100_000);
    ctx.tick();
    const few = await fillInbox(table, 10);
    ctx.tick();
    const many = await fillInbox(table, 10_000);
    ctx.tick();

    const history = (message_group_uuid: string) => () =>
      store.listMessages({ joined_after: null, message_group_uuid, limit: 20 });
    // Both inboxes read ten items, since the small one has no more.
    const inbox = (owner: Member) => () =>
      store.listInbox({ user_uuid: owner.user_uuid, limit: 9 });
    return [
      await growthOf(
        "messages.list by messages in the conversation",
        { small: 100, large: 100_000 },
        { small: history(short), large: history(long) },
        ctx.tick,
      ),
      await growthOf(
        "messageGroups.list by groups in the inbox",
        { small: 10, large: 10_000 },
        { small: inbox(few), large: inbox(many) },
        ctx.tick,
      ),
      await growthOf(
        "messages.create by messages in the conversation",
        { small: 100, large: 100_000 },
        { small: sendTo(store, sender, short), large: sendTo(store, sender, long) },
        ctx.tick,
      ),
    ];
  },
};
