import { createDb, type DbClient } from "@cruddur/db/client";
import { createErasures } from "@cruddur/db/erasures";
import { migrateDb } from "@cruddur/db/migrate";
import { users } from "@cruddur/db/schema";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSessionRecords } from "@cruddur/db/session-records";
import { createUsers } from "@cruddur/db/users";
import type { BoundAccessPatterns } from "@cruddur/ddb/access-pattern";
import type { erasurePatterns } from "@cruddur/ddb/roles";
import type { Member } from "@cruddur/ddb/types";
import { createDatabase, type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { type ErasureParts, erasePerson } from "@cruddur/own-data/erase";
import type { RequestsInFlight } from "./requests-in-flight.ts";

type ErasureStore = BoundAccessPatterns<typeof erasurePatterns>;

/** Erases people of test environments: what the table holds of them, and a row of a real Postgres. */
export class Erasures implements AsyncDisposable {
  #postgres: Promise<{ engine: PostgresEngine; client: DbClient }> | null = null;

  /** Gives the person an account, and returns what one run of their erasure does. */
  async prepare(
    { user_uuid, handle, display_name }: Member,
    store: ErasureStore,
    requests: RequestsInFlight,
  ): Promise<(beforeCall: () => void) => Promise<void>> {
    this.#postgres ??= start();
    const { client } = await requests.run(() => this.#postgres ?? start());
    const { db } = client;
    const row = { uuid: user_uuid, handle, display_name, email: `${handle}@example.com` };
    await requests.run(() => db.insert(users).values(row).onConflictDoNothing());
    return (beforeCall) => {
      const counted = <Part extends object>(part: Part) => countCalls(part, requests, beforeCall);
      const parts: ErasureParts = {
        erasures: counted(createErasures(db)),
        users: counted(createUsers(db)),
        records: counted(createSessionRecords(db)),
        events: counted(createSecurityEvents(db)),
        store: countCalls(store, null, beforeCall),
        deleteAccount: async () => {},
        awaitRequests: async () => {},
        publish: async () => {},
      };
      return erasePerson(parts, user_uuid);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const postgres = await this.#postgres;
    this.#postgres = null;
    await postgres?.client.close();
    await postgres?.engine.stop();
  }
}

async function start() {
  const engine = await startPostgres();
  const connectionUrl = await createDatabase(engine, "reliability");
  await migrateDb(connectionUrl);
  return { engine, client: createDb({ connectionUrl }) };
}

/** @param requests counts each call as one request; null where its requests are counted already */
function countCalls<Part extends object>(
  part: Part,
  requests: RequestsInFlight | null,
  beforeCall: () => void,
): Part {
  return new Proxy(part, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== "function") return method;
      return async (...input: unknown[]) => {
        beforeCall();
        const call = () => (method as (...input: unknown[]) => Promise<unknown>)(...input);
        return requests === null ? call() : requests.run(call);
      };
    },
  });
}
