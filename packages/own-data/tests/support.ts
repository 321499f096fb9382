import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { createDb, type DbClient } from "@cruddur/db/client";
import { createErasures } from "@cruddur/db/erasures";
import { migrateDb } from "@cruddur/db/migrate";
import { createOwnRecords } from "@cruddur/db/own-records";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSessionRecords } from "@cruddur/db/session-records";
import { createUsers } from "@cruddur/db/users";
import { bindAccessPatterns } from "@cruddur/ddb/access-pattern";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { erasurePatterns, exportPatterns, serverPatterns } from "@cruddur/ddb/roles";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member } from "@cruddur/ddb/types";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import { beforeAll } from "vitest";

export const PATTERNS = { ...serverPatterns, ...exportPatterns, ...erasurePatterns };

function connect(client: DynamoDBClient, postgres: DbClient) {
  const mintMessageUuid = createMessageUuidFactory();
  const table = { client, tableName: TABLE_NAME, now: Date.now, mintMessageUuid };
  const { db } = postgres;
  return {
    ...{ client, db, postgres },
    store: bindAccessPatterns(table, PATTERNS),
    users: createUsers(db),
    erasures: createErasures(db),
    events: createSecurityEvents(db),
    records: createSessionRecords(db),
    ownRecords: createOwnRecords(db),
  };
}

export type Stores = ReturnType<typeof connect>;

/** A table and a database for a test file. */
export function useStores(): Stores {
  const stores = {} as Stores;
  beforeAll(async () => {
    const [engine, server] = await Promise.all([startDynamoDb(), startPostgres()]);
    const connectionUrl = await createDatabase(server, "own_data");
    await migrateDb(connectionUrl);
    const client = createDynamoDbClient({ endpoint: engine.endpoint });
    await ensureTable(client, { stream: false });
    const postgres = createDb({ connectionUrl });
    Object.assign(stores, connect(client, postgres));
    return async () => {
      await postgres.close();
      client.destroy();
      await Promise.all([engine.stop(), server.stop()]);
    };
  });
  return stores;
}

/** A person with an account, under a handle that no other test uses. */
export async function createPerson({ users }: Stores, name: string): Promise<Member> {
  const handle = `${name}-${randomUUID().slice(0, 8)}`;
  const display_name = `${name} of ${handle}`;
  const email = `${handle}@example.com`;
  const cognito_user_id = randomUUID();
  const user = { cognito_user_id, handle, email, display_name, email_verified: true };
  const { uuid } = await users.ensureUser(user);
  return { user_uuid: uuid, handle, display_name };
}

/** Begins a pair, or goes on with it. */
export const sendTo = ({ store }: Stores, sender: Member, receiver: Member, message: string) =>
  store.sendToPerson({ sender, receiver, message, client_id: randomUUID() });

export async function sendIn(
  { store }: Stores,
  sender: Member,
  message_group_uuid: string,
  message: string,
) {
  const { user_uuid } = sender;
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  return store.sendMessage({ sender, membership, message, client_id: randomUUID() });
}
