import { createDb } from "@cruddur/db/client";
import { migrateDb } from "@cruddur/db/migrate";
import { seedDemoUsers } from "@cruddur/db/seed";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
    connectionUrl: string;
  }
}

/** A database with the demo people, which each test file copies. */
export const TEMPLATE = "demo_people";

/** One engine of each kind for all test files. Each file creates its own database and table. */
export default async function setup(project: TestProject) {
  const [dynamoDb, postgres] = await Promise.all([startDynamoDb(), startPostgres()]);
  const connectionUrl = await createDatabase(postgres, TEMPLATE);
  await migrateDb(connectionUrl);
  const { db, close } = createDb({ connectionUrl, max: 1 });
  await seedDemoUsers(db);
  await close();
  project.provide("dynamoDbEndpoint", dynamoDb.endpoint);
  project.provide("connectionUrl", postgres.connectionUrl);
  return async () => {
    await Promise.all([dynamoDb.stop(), postgres.stop()]);
  };
}
