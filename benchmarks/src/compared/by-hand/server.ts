/**
 * The limit for a server that reads a table: one file of `node:http` that does the product's job with
 * nothing to spare. The token is looked up in a map, names are in memory, each call to the table is
 * one signed request, fields are checked by hand. It sends no live notices and has no limits, logs or
 * metrics. One JSON argument has the settings.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { TABLE_NAME as TableName } from "@cruddur/ddb/table";
import { v7 } from "uuid";
import { announceReady } from "../../harness/job.ts";
import { createMinimalClient } from "../minimal-client.ts";
import { type Item, itemsOf, textOf, toMessage, toMessageGroup } from "./items.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as {
  endpoint: string;
  token: string;
  owner: string;
  people: Record<string, { handle: string; display_name: string }>;
  /** Repeats the answer of each read from memory. */
  fixedTable: boolean;
};
const table = createMinimalClient({ endpoint: settings.endpoint, region: "us-east-1" });
const sessions = new Map([[`Bearer ${settings.token}`, settings.owner]]);
const people = new Map(Object.entries(settings.people));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PAGE = 20;
const CLAIM_SECONDS = 400 * 86_400;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

const answers = new Map<string, Promise<Record<string, unknown>>>();
function read(operation: string, input: object): Promise<Record<string, unknown>> {
  if (!settings.fixedTable) return table.call(operation, input);
  const key = JSON.stringify(input);
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = table.call(operation, input);
    answers.set(key, answer);
  }
  return answer;
}

async function membershipOf(user_uuid: string, group: string): Promise<Item> {
  const Key = { pk: { S: `GRP#${user_uuid}` }, sk: { S: group } };
  const { Item } = await read("GetItem", { TableName, Key, ConsistentRead: true });
  if (Item === undefined) throw new Refusal(403);
  return Item as Item;
}

async function listMessages(user_uuid: string, input: Record<string, unknown>): Promise<object> {
  const { message_group_uuid: group } = input;
  if (typeof group !== "string" || !UUID.test(group)) throw new Refusal(400);
  const page = read("Query", {
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: `MSG#${group}` } },
    ScanIndexForward: false,
    Limit: PAGE + 1,
  });
  const [, found] = await Promise.all([membershipOf(user_uuid, group), page]);
  const all = itemsOf(found);
  const items = all
    .slice(0, PAGE)
    .reverse()
    .map((item) => toMessage(item, group, people));
  return pageOf(items, all.length > PAGE ? (items[0]?.uuid ?? null) : null);
}

async function listMessageGroups(user_uuid: string): Promise<object> {
  const query = (folder: string, Limit: number) =>
    read("Query", {
      ...{ TableName, IndexName: "inbox-index", ScanIndexForward: false, Limit },
      KeyConditionExpression: "inbox_pk = :folder",
      ExpressionAttributeValues: { ":folder": { S: `${folder}#${user_uuid}` } },
    });
  const [pinned, inbox] = await Promise.all([query("PIN", 101), query("INB", PAGE + 1)]);
  const all = itemsOf(inbox);
  const shown = [...itemsOf(pinned), ...all.slice(0, PAGE)];
  const last = all[PAGE - 1];
  const next = all.length > PAGE && last ? textOf(last, "last_message_at") : null;
  return pageOf(
    shown.map((item) => toMessageGroup(item, people)),
    next,
  );
}

function pageOf(items: object[], border: string | null): object {
  const next_cursor = border === null ? null : Buffer.from(border).toString("base64url");
  return { items, next_cursor, previous_cursor: null };
}

async function createMessage(user_uuid: string, input: Record<string, unknown>): Promise<object> {
  const { message_group_uuid: group, client_id, message } = input;
  if (typeof group !== "string" || !UUID.test(group)) throw new Refusal(400);
  if (typeof client_id !== "string" || !UUID.test(client_id)) throw new Refusal(400);
  if (typeof message !== "string" || message.length === 0 || message.length > 1024) {
    throw new Refusal(400);
  }
  const sender = people.get(user_uuid) ?? { handle: "", display_name: "" };
  const uuid = v7();
  const created_at = new Date(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16));
  const place = { pk: { S: `MSG#${group}` }, sk: { S: `${created_at.toISOString()}#${uuid}` } };
  const unlessTaken = {
    TableName,
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const expires_at = { N: String(Math.floor(Date.now() / 1000) + CLAIM_SECONDS) };
  const claim = {
    ...{ pk: { S: `CLM#${user_uuid}` }, sk: { S: client_id } },
    ...{ message_pk: place.pk, message_sk: place.sk, expires_at },
  };
  const [membership] = await Promise.all([
    membershipOf(user_uuid, group),
    table.call("PutItem", { ...unlessTaken, Item: claim }),
  ]);
  const Item: Item = {
    ...place,
    ...{ message_uuid: { S: uuid }, client_id: { S: client_id }, message: { S: message } },
    ...{ user_uuid: { S: user_uuid }, user_handle: { S: sender.handle } },
    ...{ user_display_name: { S: sender.display_name } },
    member_count: membership.member_count ?? { N: "2" },
  };
  await table.call("PutItem", { ...unlessTaken, Item });
  return toMessage(Item, group, people);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

async function answer(request: IncomingMessage): Promise<object> {
  const user_uuid = sessions.get(request.headers.authorization ?? "");
  if (user_uuid === undefined) throw new Refusal(401);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  if (pathname === "/trpc/messages.create") {
    return createMessage(user_uuid, JSON.parse(await bodyOf(request)));
  }
  const input = JSON.parse(searchParams.get("input") ?? "{}") as Record<string, unknown>;
  if (pathname === "/trpc/messages.list") return listMessages(user_uuid, input);
  if (pathname === "/trpc/messageGroups.list") return listMessageGroups(user_uuid);
  throw new Refusal(404);
}

const server = createServer((request, response) => {
  const send = (status: number, value: object) => {
    const body = Buffer.from(JSON.stringify(value));
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": body.length,
    });
    response.end(body);
  };
  answer(request).then(
    (data) => send(200, { result: { data } }),
    (error: Error) => send(error instanceof Refusal ? error.status : 500, { error: error.message }),
  );
});
// Longer than a server waits for its next slice.
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => announceReady((server.address() as AddressInfo).port));
