/**
 * Projects batches of new messages and reports how long it took. Arguments: whose stream
 * (`product`, `original`) and the engine's endpoint. A job brings the batch to project.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import type { StreamBatch } from "@cruddur/lambda-stream/project-batch";
import { announceReady, onJob } from "../harness/job.ts";
import { ORIGINAL_TABLE } from "../harness/original-table.ts";
import { createLambda } from "../harness/stream.ts";
import { type NewImage, projectOriginal } from "./original/stream.ts";

const [kind = "", endpoint = ""] = process.argv.slice(2);

export interface StreamJob {
  batch: StreamBatch;
}

function createProject(): (batch: StreamBatch) => Promise<void> {
  if (kind === "product") return createLambda(createDynamoDbClient({ endpoint }));
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return ({ Records }) =>
    projectOriginal(
      client,
      ORIGINAL_TABLE,
      (Records as { dynamodb: { NewImage: NewImage } }[]).map(({ dynamodb }) => dynamodb.NewImage),
    );
}

const project = createProject();

onJob<StreamJob, { ms: number }>(async ({ batch }) => {
  const startedAt = performance.now();
  await project(batch);
  return { ms: performance.now() - startedAt };
});
announceReady(0);
