import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Session } from "@cruddur/contract/accounts";
import { createClientId } from "@cruddur/contract/ids";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";
import { expect, test } from "vitest";
import { type Stack, startStack } from "../src/stack.ts";

const TEXT = "Zathras warned you of this";
const WRONG_PASSWORD = "not-the-password-9";
const NEW_PASSWORD = "fresh-horse-staple-7";
const DEMO_PASSWORD = "a-demo-password-of-this-test";
const SEARCH = "searched-for-someone";
const MALFORMED_TEXT = "text of a malformed item";

/** The content of every file in a directory, by its path in the directory. */
async function readAll(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(directory.length + 1), await readFile(path, "utf8"));
  }
  return files;
}

/** Starts a collector of the traces that the server and the worker export. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The names of the spans of one trace, from all programs. */
function spanNames(bodies: readonly string[], traceId: string): string[] {
  interface Export {
    resourceSpans: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }[];
  }
  return bodies
    .flatMap((body) => (JSON.parse(body) as Export).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .filter((span) => span.traceId === traceId)
    .map(({ name }) => name);
}

function createCaller({ url }: Stack) {
  return async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    method = "POST",
  ) => {
    const response = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    return { response, text: await response.text() };
  };
}

test("no log and no trace contains a message, token, password, code or search", {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-logs-"));
  const stackLog: string[] = [];
  await using collector = await startCollector();
  const traceId = "a1".repeat(16);
  const secrets = new Set([
    TEXT,
    WRONG_PASSWORD,
    NEW_PASSWORD,
    DEMO_PASSWORD,
    SEARCH,
    MALFORMED_TEXT,
  ]);
  try {
    await using stack = await startStack({
      dataDir,
      env: { LOG_LEVEL: "trace", DEMO_PASSWORD, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      log: (line) => stackLog.push(line),
    });
    const call = createCaller(stack);
    const signIn = async (handle: string, password: string) => {
      const { response, text } = await call("/session", { handle, password });
      const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
      const session = JSON.parse(text) as Session;
      secrets.add(cookie.split("=")[1] ?? "");
      secrets.add(session.access_token);
      return { cookie, authorization: `Bearer ${session.access_token}`, user: session.user };
    };

    // The life of an account, including what is refused.
    const account = { handle: "zathras", display_name: "Zathras", email: "z@example.com" };
    await call("/account", { ...account, password: NEW_PASSWORD });
    await call("/account", { ...account, password: NEW_PASSWORD });
    const code = stack.pool?.mails().at(-1)?.code ?? "";
    secrets.add(code);
    await call("/account/confirm", { handle: "zathras", code });
    await call("/session", { handle: "zathras", password: WRONG_PASSWORD });
    const { authorization } = await signIn("zathras", NEW_PASSWORD);
    const { cookie } = await signIn("andrewbrown", DEMO_PASSWORD);
    await call("/session/refresh", {}, { cookie });

    // Valid and invalid messages, and a search.
    const traceparent = `00-${traceId}-${"b2".repeat(8)}-01`;
    const send = (body: object) =>
      call("/trpc/messages.create", body, { authorization, traceparent });
    const sent = await send({ handle: "londo", message: TEXT, client_id: createClientId() });
    const { message_group_uuid } = JSON.parse(sent.text).result.data as {
      message_group_uuid: string;
    };
    await send({ message_group_uuid, message: `${TEXT}, again`, client_id: createClientId() });
    await send({ message_group_uuid: randomUUID(), message: TEXT, client_id: createClientId() });
    await send({ message_group_uuid, message: TEXT.repeat(100), client_id: "none" });
    await call("/trpc/messages.create", TEXT, { authorization: `${authorization}x` });
    const query = encodeURIComponent(JSON.stringify({ query: SEARCH }));
    await call(`/trpc/users.search?input=${query}`, null, { authorization }, "GET");
    await call(`/trpc/users.search?input=${query}&token=${SEARCH}`, null, {}, "GET");

    // An item that no server writes, which the stream Lambda must refuse and log.
    const client = createDynamoDbClient({
      endpoint: stack.endpoints.AWS_ENDPOINT_URL,
      credentials: credentialsFrom(stack.endpoints),
    });
    await client.send(
      new PutItemCommand({
        TableName: stack.config.MESSAGES_TABLE,
        Item: {
          pk: { S: `MSG#${message_group_uuid}` },
          sk: { S: "not a message" },
          message: { S: MALFORMED_TEXT },
        },
      }),
    );
    client.destroy();

    // Only then, since the worker could not update an inbox meanwhile.
    await expect
      .poll(() => spanNames(collector.bodies, traceId), { timeout: 20_000 })
      .toContain("update membership");
    // A request that fails while the table does not answer, and is logged.
    await stack.parts.get("dynamodb")?.kill();
    await Promise.all([
      send({ message_group_uuid, message: TEXT, client_id: createClientId() }),
      stack.ready("dynamodb"),
    ]);
    await expect
      .poll(() => readFile(join(dataDir, "logs", "stream-worker.log"), "utf8"), { timeout: 20_000 })
      .toContain("dead_letter_sent");
    await call("/session/all", {}, { authorization }, "DELETE");
  } finally {
    const logs = await readAll(join(dataDir, "logs"));
    logs.set(DEAD_LETTERS_FILE, await readFile(join(dataDir, DEAD_LETTERS_FILE), "utf8"));
    logs.set("log of the stack", stackLog.join("\n"));
    logs.set("traces", collector.bodies.join("\n"));
    await rm(dataDir, { recursive: true, force: true });
    expect([...logs.keys()].sort()).toEqual(
      expect.arrayContaining(["postgres.log", "server.log", "stream-worker.log"]),
    );
    expect(logs.get("server.log")).toContain("/trpc/messages.create");
    expect(logs.get("stream-worker.log")).toContain("inboxes_updated");
    // One trace from the browser's request to the membership that the stream Lambda updates.
    expect(spanNames(collector.bodies, traceId)).toEqual(
      expect.arrayContaining([
        "POST trpc",
        "messages.create",
        "DynamoDB.PutItem",
        "update inboxes",
        "update membership",
      ]),
    );
    for (const [name, text] of logs) {
      for (const secret of secrets) {
        expect(secret.length).toBeGreaterThan(5);
        expect(text.includes(secret), `${name} holds ${secret.slice(0, 12)}…`).toBe(false);
      }
      // The start of every JWT.
      expect(text, name).not.toContain("eyJ");
    }
  }
});
