import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { createDb } from "@cruddur/db/client";
import { applyAccountLinks, planAccountLinks } from "@cruddur/db/link-accounts";
import { DEMO_PEOPLE, seedDemoUsers } from "@cruddur/db/seed";
import { loadConversation } from "@cruddur/ddb/load-conversation";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { UserPool } from "@cruddur/engines/user-pool";
import { DEMO_LINES } from "./conversation.ts";

/** How long ago it ended, so that the inbox shows a time of day rather than "now". */
const ENDED_BEFORE_MS = 3 * 60 * 60_000;

/** The demo people, in Postgres and in the pool, with this password. Run it as often as you like. */
export async function seedDemoPeople(input: {
  connectionUrl: string;
  pool: UserPool;
  password: string;
}): Promise<void> {
  const accounts = await Promise.all(
    DEMO_PEOPLE.map(async (person) => {
      const { sub } = await input.pool.ensureUser({ ...person, password: input.password });
      const { handle: username, email } = person;
      return { cognito_user_id: sub, username, email, email_verified: true };
    }),
  );
  const client = createDb({ connectionUrl: input.connectionUrl, max: 1 });
  try {
    await seedDemoUsers(client.db);
    const { links } = await planAccountLinks(client.db, accounts);
    await applyAccountLinks(client.db, links);
  } finally {
    await client.close();
  }
}

/**
 * A conversation between andrewbrown and mira, unless they have one already. The other demo people
 * stay strangers, for trying a first message or `pnpm ddb seed` between them.
 */
export async function seedDemoConversation(input: {
  client: DynamoDBClient;
  tableName: string;
  now?: number;
}): Promise<void> {
  const { client, tableName, now = Date.now() } = input;
  const [from, to] = ["andrewbrown", "mira"].map((handle) => {
    const person = DEMO_PEOPLE.find((demo) => demo.handle === handle);
    if (person === undefined) throw new Error(`no demo person @${handle}`);
    return { user_uuid: person.uuid, display_name: person.display_name, handle };
  });
  if (from === undefined || to === undefined) return;
  const lines = DEMO_LINES;
  const message_group_uuid = derivePairGroupUuid(from.user_uuid, to.user_uuid);
  const store = createMessagesStore({ client, tableName });
  const { items } = await store.listMessages({ message_group_uuid, limit: lines.length });
  // Fewer means that a first start was cut short: loading again adds only what is missing.
  if (items.length >= lines.length) return;
  await loadConversation({ client, tableName, lines, from, to, now: now - ENDED_BEFORE_MS });
}
