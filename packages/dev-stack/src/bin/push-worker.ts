import { join } from "node:path";
import { jsonLog as log } from "@cruddur/contract/json-log";
import { DEFAULT_PUSH_SERVICES, pushServices } from "@cruddur/contract/push";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { isInsertOfMessage } from "@cruddur/ddb/stream-filter";
import { PUSH_RETRY_ATTEMPTS } from "@cruddur/ddb/table";
import { createPushHandler } from "@cruddur/lambda-push/create-push-handler";
import { createFileDeadLetters } from "@cruddur/lambda-stream/dead-letters";
import { startStreamWorker } from "../stream-worker.ts";

const {
  AWS_ENDPOINT_URL: endpoint = "",
  MESSAGES_TABLE: tableName = "",
  CONNECTION_URL: connectionUrl = "",
  DATA_DIR = "",
  VAPID_PUBLIC_KEY: publicKey = "",
  VAPID_PRIVATE_KEY: privateKey = "",
  VAPID_SUBJECT: subject = "mailto:operator@example.com",
  PUSH_SERVICES = DEFAULT_PUSH_SERVICES,
} = process.env;

const credentials = credentialsFrom(process.env);
const client = createDynamoDbClient({ endpoint, credentials });
const services = pushServices.parse(PUSH_SERVICES);
const push = createPushHandler({
  ...{ client, tableName, connectionUrl, log },
  sender: { publicKey, privateKey, subject, services },
});
const worker = startStreamWorker({
  ...{ endpoint, credentials, tableName, log },
  handler: push.handler,
  passes: isInsertOfMessage,
  checkpointFile: join(DATA_DIR, "push-checkpoint.json"),
  // Not the file of the stream worker: a push that failed is no inbox to repair.
  deadLetters: createFileDeadLetters(join(DATA_DIR, "push-dead-letters.jsonl")),
  maximumRetryAttempts: PUSH_RETRY_ATTEMPTS,
});
log({ level: "info", event: "following", table: tableName });

const end = () =>
  worker
    .stop()
    .then(push.close)
    .then(() => process.exit(0));
process.once("SIGTERM", end).once("SIGINT", end);
