import type { Log } from "@cruddur/contract/json-log";
import { createDb } from "@cruddur/db/client";
import { createPushSubscriptions } from "@cruddur/db/push-subscriptions";
import type { MessagesTableClient } from "@cruddur/ddb/client";
import { createPushReads } from "@cruddur/ddb/push-reads";
import { createPushBatch } from "./push-batch.ts";
import { createPushSender, type PushSenderOptions } from "./send-push.ts";

/** Connects the table, Postgres and the push services, both for the Lambda and for the local stack's `push-worker`. */
export function createPushHandler(options: {
  client: MessagesTableClient;
  tableName: string;
  connectionUrl: string;
  sender: PushSenderOptions;
  log: Log;
}) {
  const { client, tableName, connectionUrl, sender, log } = options;
  const onError = (error: Error) =>
    log({ level: "warn", event: "postgres_lost", error: error.name });
  const postgres = createDb({ connectionUrl, max: 2, onError });
  const handler = createPushBatch({
    reads: createPushReads({ client, tableName }),
    subscriptions: createPushSubscriptions(postgres.db),
    send: createPushSender(sender),
    log,
  });
  return { handler, close: () => postgres.close() };
}
