import { randomUUID } from "node:crypto";
import { messagePk } from "@cruddur/ddb/keys";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench } from "../harness/bench.ts";
import { startChild } from "../harness/child.ts";
import { pairedRatio, spread } from "../harness/stats.ts";
import { fillConversation, people, startBenchTable } from "../harness/table.ts";

const KINDS = ["fast", "standard", "sdk", "minimal"] as const;
const ROUNDS = 9;
const SLICE = { durationMs: 400, concurrency: 16 };

export const client: Bench = {
  name: "client",
  question: "What does one Query of 20 items cost in the DynamoDB client?",
  steps: ROUNDS + 1,
  async run(ctx) {
    const table = await startBenchTable(ctx);
    const message_group_uuid = randomUUID();
    const members = people(2);
    await fillConversation(table.client, { message_group_uuid, members, messages: 20 });
    const stub = await startChild("src/compared/replay-stub.ts", { args: [table.endpoint] });
    ctx.defer(() => stub.stop());
    const input = {
      TableName: TABLE_NAME,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: messagePk(message_group_uuid) } },
      ScanIndexForward: false,
      Limit: 20,
    };
    const runners = {} as Record<
      (typeof KINDS)[number],
      () => Promise<{ calls: number; cpuUsPerCall: number }>
    >;
    for (const kind of KINDS) {
      const child = await startChild("src/compared/query-runner.ts", {
        args: [kind, `http://127.0.0.1:${stub.ready}`, JSON.stringify(input)],
        alone: true,
      });
      ctx.defer(() => child.stop());
      await child.ask({ ...SLICE, durationMs: 800 });
      runners[kind] = () => child.ask(SLICE);
    }
    const slices = await alternateSides(runners, { rounds: ROUNDS, tick: ctx.tick });
    const cpu = (kind: (typeof KINDS)[number]) => slices[kind].map((slice) => slice.cpuUsPerCall);
    const us = (kind: (typeof KINDS)[number]) => Math.round(spread(cpu(kind)).median);
    return [
      {
        what: "CPU per Query against the default SDK client",
        value: pairedRatio(cpu("fast"), cpu("sdk")),
        unit: "times",
        goal: { at: "most", value: 0.65 },
        detail: `${us("fast")} against ${us("sdk")} µs`,
      },
      {
        what: "CPU per Query against a minimal client (signed undici request, no SDK)",
        value: pairedRatio(cpu("fast"), cpu("minimal")),
        unit: "times",
        detail: `${us("fast")} against ${us("minimal")} µs`,
      },
      {
        what: "CPU per Query of the standard path, against the default SDK client",
        value: pairedRatio(cpu("standard"), cpu("sdk")),
        unit: "times",
        detail: `${us("standard")} against ${us("sdk")} µs`,
      },
    ];
  },
};
