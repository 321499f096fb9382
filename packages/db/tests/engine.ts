import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import type { TestProject } from "vitest/node";
import { migrateDb } from "../src/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    connectionUrl: string;
  }
}

/** A migrated database that each test file copies. */
export const TEMPLATE = "migrated";

/** One Postgres for all test files that need a database and nothing else of it. */
export default async function setup(project: TestProject) {
  const postgres = await startPostgres();
  await migrateDb(await createDatabase(postgres, TEMPLATE));
  project.provide("connectionUrl", postgres.connectionUrl);
  return () => postgres.stop();
}
