import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { createDb } from "@cruddur/db/client";
import { applyAccountLinks, planAccountLinks } from "@cruddur/db/link-accounts";
import { DEMO_PEOPLE, seedDemoUsers } from "@cruddur/db/seed";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { loadConversation } from "@cruddur/ddb/load-conversation";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { LocalUserPool } from "@cruddur/engines/user-pool";
import { KNOWN_DEMO_PASSWORD, type StackConfig } from "../config.ts";
import type { LocalTable } from "../engine-parts.ts";
import { DEMO_LINES } from "./conversation.ts";

/** The conversation ended this long ago, so that the inbox shows a time of day and not "now". */
const ENDED_BEFORE_MS = 3 * 60 * 60_000;

/**
 * Creates the demo people in Postgres and in the user pool, and a conversation of two of them in a
 * local table. Idempotent; sets the password again each time.
 * @param input.table the local table; undefined means AWS, where nothing is written
 */
export async function seedDemo(input: {
  config: Pick<StackConfig, "DEMO_PASSWORD" | "MESSAGES_TABLE">;
  pool: LocalUserPool;
  connectionUrl: string;
  table: LocalTable | undefined;
}): Promise<void> {
  const { config, pool, connectionUrl, table } = input;
  await seedPeople(pool, connectionUrl, config.DEMO_PASSWORD);
  if (table !== undefined) await seedConversation(table, config.MESSAGES_TABLE);
}

/**
 * Takes the published password from the demo people of an earlier start, when only this machine
 * could connect.
 */
export async function closeKnownAccounts(pool: LocalUserPool): Promise<void> {
  for (const { handle } of DEMO_PEOPLE) await pool.removePassword(handle, KNOWN_DEMO_PASSWORD);
}

async function seedPeople(
  pool: LocalUserPool,
  connectionUrl: string,
  password: string,
): Promise<void> {
  const accounts = await Promise.all(
    DEMO_PEOPLE.map(async (person) => {
      const { sub } = await pool.ensureUser({ ...person, password });
      const { handle: username, email } = person;
      return { cognito_user_id: sub, username, email, email_verified: true };
    }),
  );
  const client = createDb({ connectionUrl, max: 1 });
  try {
    await seedDemoUsers(client.db);
    const { links } = await planAccountLinks(client.db, accounts);
    await applyAccountLinks(client.db, links);
  } finally {
    await client.close();
  }
}

/**
 * Creates a conversation of andrewbrown and mira unless they have one. The other demo people have
 * none, so that a first message between them, or `pnpm ddb seed`, can be tried.
 */
async function seedConversation(table: LocalTable, tableName: string): Promise<void> {
  const [from, to] = ["andrewbrown", "mira"].map((handle) => {
    const person = DEMO_PEOPLE.find((demo) => demo.handle === handle);
    if (person === undefined) throw new Error(`no demo person @${handle}`);
    return { user_uuid: person.uuid, display_name: person.display_name, handle };
  });
  if (from === undefined || to === undefined) return;
  const lines = DEMO_LINES;
  const message_group_uuid = derivePairGroupUuid(from.user_uuid, to.user_uuid);
  const client = createDynamoDbClient(table);
  try {
    const store = createMessagesStore({ client, tableName });
    const { items } = await store.listMessages({
      joined_after: null,
      message_group_uuid,
      limit: lines.length,
    });
    // Fewer messages mean that a first start was interrupted; loading adds only the missing ones.
    if (items.length >= lines.length) return;
    const now = Date.now() - ENDED_BEFORE_MS;
    await loadConversation({ client, tableName }, { lines, from, to, now });
  } finally {
    client.destroy();
  }
}
