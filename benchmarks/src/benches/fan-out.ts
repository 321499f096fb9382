import { randomUUID } from "node:crypto";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import type { Member } from "@cruddur/ddb/types";
import type { StreamBatch } from "@cruddur/lambda-stream/project-batch";
import { messageItem } from "../compared/original/table.ts";
import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench, Measure } from "../harness/bench.ts";
import { type Child, startChild } from "../harness/child.ts";
import { fillBothTables, startBothTables } from "../harness/original-table.ts";
import { pairedRatio, spread } from "../harness/stats.ts";
import { insertRecord, messageRecords } from "../harness/stream-lambda.ts";
import { ORDINARY_TEXT, people, person } from "../harness/table.ts";

const ROUNDS = 5;
const CASES = [2, 50].flatMap((members) => [1, 20, 100].map((batch) => ({ members, batch })));
/** The original needs seconds for a large batch, so it gets a smaller one. */
const ORIGINAL_MAX_RECORDS = 5;

export const fanOut: Bench = {
  name: "fan-out",
  question: "How many messages per second does the stream Lambda project into every inbox?",
  steps: CASES.length * (ROUNDS + 1),
  async run(ctx) {
    const table = await startBothTables(ctx);
    const start = async (kind: string) => {
      const child = await startChild("src/compared/projection-runner.ts", {
        args: [kind, table.endpoint],
        alone: true,
      });
      ctx.defer(() => child.stop());
      return child;
    };
    const product = await start("product");
    const original = await start("original");
    const mint = createMessageUuidFactory();
    let lastMs = Date.now();

    const measures: Measure[] = [];
    for (const { members: count, batch } of CASES) {
      const members = people(count);
      const message_group_uuid = randomUUID();
      const group = { message_group_uuid, members };
      await fillBothTables(table.client, { ...group, messages: 2 });

      const productBatch = (): StreamBatch => {
        const messages = Array.from({ length: batch }, () => toMessage(mint(), group));
        return messageRecords(messages);
      };
      const originalBatch = (): StreamBatch => ({
        Records: Array.from({ length: Math.min(batch, ORIGINAL_MAX_RECORDS) }, (_, index) => {
          lastMs = Math.max(lastMs + 1, Date.now());
          const message = { ...toMessage(randomUUID(), group), message_uuid: randomUUID() };
          const created_at = new Date(lastMs).toISOString();
          const sender = members[0] ?? person(0);
          return insertRecord(messageItem({ ...message, created_at, sender }), index + 1);
        }),
      });
      const slices = await alternateSides(
        {
          product: () => messagesPerSecond(product, productBatch),
          original: () => messagesPerSecond(original, originalBatch),
        },
        { rounds: ROUNDS, tick: ctx.tick },
      );
      const [ours, theirs] = [spread(slices.product).median, spread(slices.original).median];
      measures.push({
        what: `${count} members, batches of ${batch}: messages per second against the original`,
        value: pairedRatio(slices.product, slices.original),
        unit: "times",
        ...(count === 50 && batch === 20 && { goal: { at: "least", value: 10 } }),
        detail: `${Math.round(ours).toLocaleString("en-US")} against ${Math.round(theirs).toLocaleString("en-US")} per second, real engine`,
      });
    }
    return measures;
  },
};

function toMessage(uuid: string, group: { message_group_uuid: string; members: Member[] }) {
  const sender = group.members[0] ?? person(0);
  return {
    uuid,
    message_group_uuid: group.message_group_uuid,
    client_id: randomUUID(),
    ...sender,
    message: ORDINARY_TEXT,
    created_at: uuid[14] === "7" ? messageCreatedAt(uuid) : "",
    member_count: group.members.length,
  };
}

/** Projects batches for a quarter of a second, and at least one. */
async function messagesPerSecond(child: Child, nextBatch: () => StreamBatch): Promise<number> {
  let messages = 0;
  let ms = 0;
  while (ms < 250) {
    const batch = nextBatch();
    ms += (await child.ask<{ ms: number }>({ batch })).ms;
    messages += batch.Records.length;
  }
  return (messages / ms) * 1000;
}
