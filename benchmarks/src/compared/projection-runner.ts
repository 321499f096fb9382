/**
 * Projects batches of new messages and reports the time. Arguments: whose projection (`product` or
 * `original`) and the endpoint of the engine. Each job has one batch.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import type { StreamBatch } from "@cruddur/lambda-stream/project-batch";
import { announceReady, onJob } from "../harness/job.ts";
import { ORIGINAL_TABLE } from "../harness/original-table.ts";
import { createLambda } from "../harness/stream-lambda.ts";
import { type NewImage, projectOriginal } from "./original/projection.ts";

const [kind = "", endpoint = ""] = process.argv.slice(2);

interface ProjectionJob {
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

onJob<ProjectionJob, { ms: number }>(async ({ batch }) => {
  const startedAt = performance.now();
  await project(batch);
  return { ms: performance.now() - startedAt };
});
announceReady(0);
