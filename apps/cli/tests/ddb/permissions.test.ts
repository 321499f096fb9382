import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operatorPermissions } from "../../src/operator-permissions.ts";
import { lines, useCommands } from "./support.ts";

const { conversationFile, ddb, group, table } = useCommands();
let proxy: Server;
let AWS_ENDPOINT_URL: string;
const used = new Set<string>();

/** Passes every request on to the engine and records the permissions that AWS would require for it. */
beforeAll(async () => {
  proxy = createServer(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers["x-amz-target"]);
    const input = JSON.parse(body || "{}");
    // The check of other engines' features does not run at AWS.
    const isProbe = target.includes("Streams") || body.includes("feature-probe-");
    if (!isProbe) for (const permission of requiredBy(target, input)) used.add(permission);
    const { host, connection, "content-length": _, ...headers } = request.headers;
    const answer = await fetch(table.endpoint, {
      method: "POST",
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  AWS_ENDPOINT_URL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(() => {
  proxy.close();
  proxy.closeAllConnections();
});

interface Input {
  IndexName?: string;
  TransactItems?: Record<string, object>[];
}

function requiredBy(target: string, { IndexName, TransactItems }: Input): string[] {
  // A transaction requires the permission of each of its writes.
  if (TransactItems !== undefined) {
    const writes = TransactItems.flatMap((item) => Object.keys(item));
    return writes.map(
      (name) => `dynamodb:${name === "ConditionCheck" ? name : `${name}Item`} table`,
    );
  }
  const action = target.split(".")[1];
  const on = action === "ListTables" ? "any" : IndexName === undefined ? "table" : "indexes";
  return [`dynamodb:${action} ${on}`];
}

it("every ddb command declares each permission that its calls require", async () => {
  const file = await conversationFile(lines(60));
  const runs: [name: string, ...args: string[]][] = [
    ["schema-load"],
    ["list-tables"],
    ["scan"],
    ["seed", "--conversation", file, "--from", "andrewbrown", "--to", "bayko"],
    ["get-conversation", group()],
    ["get-conversation", "00000000-0000-4000-8000-000000000000"],
    ["list-conversations", "bayko"],
    ["rebuild-inboxes"],
    ["drop", table.tableName],
  ];
  const permissions = operatorPermissions();
  for (const [name, ...args] of runs) {
    used.clear();
    await ddb([name, ...args], { AWS_ENDPOINT_URL });
    const declared = permissions.get(`ddb ${name}`)?.map(({ action, on }) => `${action} ${on}`);
    expect(used.size).toBeGreaterThan(0);
    expect([name, [...used].filter((permission) => !declared?.includes(permission))]).toEqual([
      name,
      [],
    ]);
  }
});
