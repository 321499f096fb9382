import { join } from "node:path";
import { jsonLog as log } from "@cruddur/contract/json-log";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";
import { createProjection } from "@cruddur/ddb/projection";
import { createFileDeadLetters } from "@cruddur/lambda-stream/dead-letters";
import { createProjectBatch } from "@cruddur/lambda-stream/project-batch";
import { createTracer } from "@cruddur/lambda-stream/tracer";
import { scheduleErasures } from "../schedule-erasures.ts";
import { startStreamWorker } from "../stream-worker.ts";

const {
  AWS_ENDPOINT_URL: endpoint = "",
  MESSAGES_TABLE: tableName = "",
  DATA_DIR = "",
  OTEL_EXPORTER_OTLP_ENDPOINT,
  CONNECTION_URL: connectionUrl = "",
  AWS_COGNITO_USER_POOL_ID: userPoolId = "",
  AWS_COGNITO_ENDPOINT_URL: poolEndpoint = "",
  AWS_COGNITO_ACCESS_KEY_ID: accessKeyId = "",
  AWS_COGNITO_SECRET_ACCESS_KEY: secretAccessKey = "",
} = process.env;

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

// For a user pool on AWS, whoever deployed it runs `pnpm db erase --due`.
const endErasures =
  poolEndpoint === ""
    ? async () => {}
    : scheduleErasures({
        ...{ table: { client, tableName }, connectionUrl, log },
        pool: {
          ...{ userPoolId, region: userPoolId.split("_")[0] ?? "", endpoint: poolEndpoint },
          credentials: { accessKeyId, secretAccessKey },
        },
      });

const end = () => Promise.all([worker.stop(), endErasures()]).then(() => process.exit(0));
process.once("SIGTERM", end).once("SIGINT", end);
