/**
 * Repeats one Query on a DynamoDB client and reports the CPU time. Arguments: the client (`fast` and
 * `standard` path of the product, `sdk`, or `minimal`), the endpoint, the input of the Query as JSON.
 */
import { DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { createFastPathClient } from "@cruddur/ddb/fast-path-client";
import { announceReady, onJob } from "../harness/job.ts";
import { createMinimalClient } from "./minimal-client.ts";

const [kind = "", endpoint = "", json = "{}"] = process.argv.slice(2);
const input = JSON.parse(json) as QueryCommandInput;

function createCall(): () => Promise<unknown> {
  if (kind === "minimal") {
    const client = createMinimalClient({ endpoint, region: "us-east-1" });
    return () => client.call("Query", input);
  }
  const client =
    kind === "fast"
      ? createFastPathClient(createDynamoDbClient({ endpoint }))
      : kind === "standard"
        ? createDynamoDbClient({ endpoint })
        : new DynamoDBClient({
            endpoint,
            region: "us-east-1",
            credentials: { accessKeyId: "local", secretAccessKey: "local" },
          });
  return () => client.send(new QueryCommand(input));
}

const call = createCall();

onJob<{ durationMs: number; concurrency: number }, { calls: number; cpuUsPerCall: number }>(
  async ({ durationMs, concurrency }) => {
    const stopAt = performance.now() + durationMs;
    const before = process.cpuUsage();
    let calls = 0;
    const worker = async () => {
      while (performance.now() < stopAt) {
        await call();
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const { user, system } = process.cpuUsage(before);
    return { calls, cpuUsPerCall: (user + system) / calls };
  },
);
announceReady(0);
