import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    dynamoDbEndpoint: string;
    connectionUrl: string;
  }
}

/** One of each engine for all files; every file takes a database and a table of its own. */
export default async function setup(project: TestProject) {
  const [dynamoDb, postgres] = await Promise.all([startDynamoDb(), startPostgres()]);
  project.provide("dynamoDbEndpoint", dynamoDb.endpoint);
  project.provide("connectionUrl", postgres.connectionUrl);
  return async () => {
    await Promise.all([dynamoDb.stop(), postgres.stop()]);
  };
}
