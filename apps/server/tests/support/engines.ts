import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
    connectionUrl: string;
  }
}

/** One engine of each kind for all test files. Each file creates its own database and table. */
export default async function setup(project: TestProject) {
  const [dynamoDb, postgres] = await Promise.all([startDynamoDb(), startPostgres()]);
  project.provide("dynamoDbEndpoint", dynamoDb.endpoint);
  project.provide("connectionUrl", postgres.connectionUrl);
  return async () => {
    await Promise.all([dynamoDb.stop(), postgres.stop()]);
  };
}
