import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { requireEngineFeatures } from "@cruddur/ddb/engine-features";
import { listTableNames } from "@cruddur/ddb/manage-tables";
import dynalite from "dynalite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useCommands } from "./support.ts";

const { ddb, table } = useCommands();
let server: Server;
let endpoint: string;
beforeAll(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it("an engine without transactions is refused before a table is created, with what it lacks", async () => {
  expect(await ddb(["schema-load"], { AWS_ENDPOINT_URL: endpoint })).toMatchObject({
    exitCode: 1,
    stderr: `error: TransactWriteItems failed at ${endpoint}: the engine has no transactions\n`,
  });
  expect((await ddb(["list-tables", "--json"], { AWS_ENDPOINT_URL: endpoint })).stdout).toBe(
    "[]\n",
  );
});

it("an engine with every feature is accepted, and no table of the check stays", async () => {
  const client = createDynamoDbClient({ endpoint: table.endpoint });
  await requireEngineFeatures(client, table.endpoint);
  expect(await listTableNames(client)).toEqual([table.tableName]);
  client.destroy();
});

it("an error of an engine names the operation and the endpoint", async () => {
  const down = await ddb(["scan"], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
  expect(down).toMatchObject({
    exitCode: 1,
    stderr: "error: can't reach DynamoDB at http://127.0.0.1:1: Scan failed (ECONNREFUSED)\n",
  });
});
