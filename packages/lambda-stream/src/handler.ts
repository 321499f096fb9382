// Stryker disable all: the tests of the bundle run it in a process of its own, where no mutant is active.
import { SQSClient } from "@aws-sdk/client-sqs";
import { jsonLog } from "@cruddur/contract/json-log";
import { createDynamoDbClient, createStandardClient } from "@cruddur/ddb/client";
import { createProjection } from "@cruddur/ddb/projection";
import { readConfig } from "./config.ts";
import { createSqsDeadLetters } from "./dead-letters.ts";
import { createProjectBatch } from "./project-batch.ts";
import { createTracer } from "./tracer.ts";

const config = readConfig();
const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, MESSAGES_TABLE: tableName } = config;

/** The entry point of the Lambda `cruddur-messaging-stream`, which reads the table's stream. */
export const handler = createProjectBatch({
  projection: createProjection({
    client: createStandardClient(createDynamoDbClient({ region, endpoint })),
    tableName,
  }),
  deadLetters: createSqsDeadLetters(new SQSClient({ region }), config.DEAD_LETTER_QUEUE_URL),
  log: jsonLog,
  tracer: createTracer({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    serviceName: config.OTEL_SERVICE_NAME,
    log: jsonLog,
  }),
});
