import { join } from "node:path";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";
import { createProjection } from "@cruddur/ddb/projection";
import { createFileDeadLetters } from "@cruddur/lambda-stream/dead-letters";
import { createProjectBatch } from "@cruddur/lambda-stream/project-batch";
import { createTracer } from "@cruddur/lambda-stream/tracer";
import { startStreamWorker } from "../stream-worker.ts";

const {
  AWS_ENDPOINT_URL: endpoint = "",
  MESSAGES_TABLE: tableName = "",
  DATA_DIR = "",
  OTEL_EXPORTER_OTLP_ENDPOINT,
} = process.env;

const log = (line: Record<string, unknown>) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
};
const deadLetters = createFileDeadLetters(join(DATA_DIR, DEAD_LETTERS_FILE));
const credentials = credentialsFrom(process.env);
const client = createDynamoDbClient({ endpoint, credentials });
const worker = startStreamWorker({
  endpoint,
  credentials,
  tableName,
  checkpointFile: join(DATA_DIR, "stream-checkpoint.json"),
  handler: createProjectBatch({
    projection: createProjection({ client, tableName }),
    deadLetters,
    log,
    tracer: createTracer({
      endpoint: OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
      serviceName: "cruddur-messaging-stream",
      log,
    }),
  }),
  deadLetters,
  log,
});
log({ level: "info", event: "following", table: tableName });

const end = () => worker.stop().then(() => process.exit(0));
process.once("SIGTERM", end).once("SIGINT", end);
