import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { jsonLog } from "@cruddur/contract/json-log";
import { connectionUrlFromEnv } from "@cruddur/db/connection-url";
import { createDynamoDbClient, createStandardClient } from "@cruddur/ddb/client";
import { z } from "zod";
import { readConfig } from "./config.ts";
import { createPushHandler } from "./create-push-handler.ts";

const config = readConfig();
const region = config.AWS_REGION;
const secrets = new SecretsManagerClient({ region });

/** Reads a secret that holds JSON. Secrets are not variables, because more people see the function's configuration. */
async function readSecret<Schema extends z.ZodType>(SecretId: string, schema: Schema) {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  return schema.parse(JSON.parse(SecretString)) as z.infer<Schema>;
}

const [database, login, vapid] = await Promise.all([
  readSecret(
    config.DATABASE_SECRET_ARN,
    z.object({ host: z.string(), port: z.coerce.string(), dbname: z.string() }),
  ),
  readSecret(
    config.DATABASE_LOGIN_SECRET_ARN,
    z.object({ username: z.string(), password: z.string() }),
  ),
  readSecret(
    config.VAPID_SECRET_ARN,
    z.object({ VAPID_PUBLIC_KEY: z.string(), VAPID_PRIVATE_KEY: z.string() }),
  ),
]);
const connectionUrl = connectionUrlFromEnv({
  ...{ PGHOST: database.host, PGPORT: database.port, PGDATABASE: database.dbname },
  ...{ PGUSER: login.username, PGPASSWORD: login.password, PGSSLMODE: "verify-full" },
});
if (connectionUrl === undefined) throw new Error("the secrets name no database");

/** The entry point of the Lambda `cruddur-messaging-push`, which reads the table's stream. */
export const { handler } = createPushHandler({
  client: createStandardClient(createDynamoDbClient({ region })),
  tableName: config.MESSAGES_TABLE,
  connectionUrl,
  sender: {
    publicKey: vapid.VAPID_PUBLIC_KEY,
    privateKey: vapid.VAPID_PRIVATE_KEY,
    subject: config.VAPID_SUBJECT,
    services: config.PUSH_SERVICES,
  },
  log: jsonLog,
});
