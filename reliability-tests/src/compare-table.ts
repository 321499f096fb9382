import { deepStrictEqual } from "node:assert/strict";
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  type Folder,
  parseMembershipPk,
  parseMembershipSk,
  parseMessagePk,
} from "@cruddur/ddb/keys";
import type { MessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Membership, Page, PagePosition, StoredMessage } from "@cruddur/ddb/types";
import { compareErased } from "./compare-erased.ts";
import { compareFilings } from "./compare-filings.ts";
import type { Model, ModelInboxEntry } from "./model.ts";
import type { TestEnvironment } from "./test-environment.ts";

/** Pages are small, so that the comparison covers paging too. */
const PAGE_ITEMS = 3;

/**
 * Compares every inbox, message and membership that people see with the model, and checks that the
 * table holds no membership or message of theirs that nobody sees. Throws at the first difference.
 */
export async function compareTableWithModel(
  environment: TestEnvironment,
  model: Model,
): Promise<void> {
  const { observer, people, client } = environment;
  for (const { user_uuid, handle } of people) {
    const folders = new Map<Folder, Membership[]>();
    for (const folder of FOLDERS) {
      folders.set(folder, await readAllInboxPages(observer, user_uuid, PAGE_ITEMS, folder));
    }
    const hidden = new Map(
      [...folders.values()]
        .flat()
        .map(({ message_group_uuid, hidden_senders }) => [message_group_uuid, hidden_senders]),
    );
    const expected = model.inbox(user_uuid, (uuid) => hidden.get(uuid) ?? []);
    const listed: string[] = [];
    for (const entries of folders.values()) {
      const uuids = entries.map(({ message_group_uuid }) => message_group_uuid);
      deepStrictEqual(
        entries.map(toModelInboxEntry),
        expected.filter(({ message_group_uuid }) => uuids.includes(message_group_uuid)),
        `the inbox of ${handle}`,
      );
      listed.push(...uuids);
    }
    deepStrictEqual(
      listed.sort(),
      expected.map(({ message_group_uuid }) => message_group_uuid).sort(),
      `the inbox of ${handle}`,
    );
  }
  await compareFilings(observer, people, model);
  const allMessages: StoredMessage[] = [];
  for (const message_group_uuid of model.messageGroupUuids()) {
    const messages = await readAllMessagePages(observer, message_group_uuid, PAGE_ITEMS);
    const stored = messages.map(({ uuid, client_id, user_uuid, message }) => ({
      uuid,
      message_group_uuid,
      client_id,
      user_uuid,
      message,
    }));
    allMessages.push(...messages);
    model.checkGroup(message_group_uuid);
    await compareGroupMemberships(observer, model, message_group_uuid);
    for (const { uuid, revision, deleted_at, edit_op_ids, reactions } of messages) {
      const state = model.changedMessage(uuid);
      deepStrictEqual(
        { revision, deleted_at, edit_op_ids, reactions: reactions?.toSorted() },
        {
          revision: state?.revision,
          deleted_at: state?.deleted_at,
          edit_op_ids: state?.edit_op_ids,
          reactions: state?.reactions?.toSorted(),
        },
        `the changes of ${uuid}`,
      );
    }
    const expected = model
      .messages(message_group_uuid)
      .map(({ mentions: _, system: __, ...message }) => message);
    deepStrictEqual(stored, expected, `the messages of ${message_group_uuid}`);
  }
  const { memberships, messageGroupUuids, endedGroups, json } = await scanTable(client);
  compareErased(environment, model, json, allMessages);
  for (const text of model.deletedTexts()) {
    // Each text begins with a uuid of its own, which a preview of it would hold, too.
    if (json.includes(text.slice(0, 36))) {
      throw new Error("The text of a deleted message is still in the table.");
    }
  }
  const known = new Set(people.map(({ user_uuid }) => user_uuid));
  deepStrictEqual(
    memberships
      .filter(([user_uuid]) => known.has(user_uuid))
      .map(String)
      .sort(),
    model
      .messageGroupUuids()
      .flatMap((uuid) => model.members(uuid).map((user_uuid) => String([user_uuid, uuid])))
      .sort(),
    "the memberships",
  );
  const withMembers = new Set(memberships.map(([, message_group_uuid]) => message_group_uuid));
  for (const uuid of messageGroupUuids) {
    if (!withMembers.has(uuid) && !endedGroups.has(uuid)) {
      throw new Error(`The message group ${uuid} has no member.`);
    }
  }
}

/** Hidden are the members whom the member blocks, and perhaps people who have left the group. */
function checkHiddenSenders(model: Model, membership: Membership): void {
  const { user_uuid, message_group_uuid, hidden_senders } = membership;
  const members = model.members(message_group_uuid);
  deepStrictEqual(
    hidden_senders.filter((uuid) => members.includes(uuid)).toSorted(),
    members.filter((uuid) => model.filings.blocks.has(`${user_uuid}/${uuid}`)).toSorted(),
    "the hidden senders of a membership",
  );
}

/** Compares what each membership says about its group, and where its member's reading starts. */
async function compareGroupMemberships(
  observer: MessagesStore,
  model: Model,
  message_group_uuid: string,
): Promise<void> {
  for (const user_uuid of model.members(message_group_uuid)) {
    const membership = await observer.getMembership({ message_group_uuid, user_uuid });
    if (membership?.group) checkHiddenSenders(model, membership);
    const expected = model.groupMembership(message_group_uuid, user_uuid);
    if (expected === null) continue;
    const { joined_after = null, ...group } = membership?.group ?? {};
    deepStrictEqual(group, expected, "what a membership says about its group");
    const joined = model.joinedBy(message_group_uuid, user_uuid);
    const hidden = model.hiddenUpTo(message_group_uuid, user_uuid);
    if ((joined_after ?? "") < hidden || (joined !== null && (joined_after ?? "") >= joined)) {
      throw new Error("A member's reading starts before or after they joined.");
    }
  }
}

const FOLDERS = ["inbox", "pinned", "requests", "archive"] as const;

/** Every page of a folder, newest conversation first; of the inbox by default. */
export async function readAllInboxPages(
  store: MessagesStore,
  user_uuid: string,
  limit: number,
  folder?: Folder,
): Promise<Membership[]> {
  const pages = await readPages((position) =>
    store.listInbox({ user_uuid, folder, limit, position }),
  );
  return pages.flat();
}

/** Every conversation of a person, one folder after the other. */
export async function readAllFolders(
  store: MessagesStore,
  user_uuid: string,
  limit: number,
): Promise<Membership[]> {
  const memberships: Membership[] = [];
  for (const folder of FOLDERS) {
    memberships.push(...(await readAllInboxPages(store, user_uuid, limit, folder)));
  }
  return memberships;
}

/** Every page of a message group's messages, oldest message first. */
export async function readAllMessagePages(
  store: MessagesStore,
  message_group_uuid: string,
  limit: number,
  joined_after: string | null = null,
): Promise<StoredMessage[]> {
  const pages = await readPages((position) =>
    store.listMessages({ joined_after, message_group_uuid, limit, position }),
  );
  return pages.reverse().flat();
}

async function readPages<Item>(
  read: (position: PagePosition | undefined) => Promise<Page<Item>>,
): Promise<Item[][]> {
  const pages: Item[][] = [];
  let position: PagePosition | undefined;
  do {
    const page = await read(position);
    pages.push(page.items);
    position = page.next ?? undefined;
  } while (position);
  return pages;
}

function toModelInboxEntry(membership: Membership): ModelInboxEntry {
  return {
    message_group_uuid: membership.message_group_uuid,
    member_count: membership.member_count,
    last_message_uuid: membership.last_message?.uuid ?? "",
    last_message_user_uuid: membership.last_message?.user_uuid ?? "",
    preview: membership.last_message?.message ?? "",
    unread_count: membership.unread_count,
    read_message_uuid: membership.read_message_uuid,
    mentioned: membership.mentioned,
    kind: membership.last_message?.system_kind ?? "text",
  };
}

/** Every membership in the table, and the message group of every message. */
async function scanTable(client: DynamoDBClient): Promise<{
  memberships: [user_uuid: string, message_group_uuid: string][];
  messageGroupUuids: Set<string>;
  /**
   * Groups whose last member has left, as a system message says that counts no members, and pairs
   * of which an erased person has left a tombstone.
   */
  endedGroups: Set<string>;
  /** All items as JSON. */
  json: string;
}> {
  const memberships: [string, string][] = [];
  const messageGroupUuids = new Set<string>();
  const endedGroups = new Set<string>();
  const pages = paginateScan({ client }, { TableName: TABLE_NAME, ConsistentRead: true });
  let json = "";
  for await (const { Items = [] } of pages) {
    json += JSON.stringify(Items);
    for (const { pk, sk, member_count, user_handle, deleted_at } of Items) {
      if (pk?.S?.startsWith("GRP#")) {
        memberships.push([parseMembershipPk(pk.S), parseMembershipSk(sk?.S ?? "")]);
      }
      if (!pk?.S?.startsWith("MSG#")) continue;
      messageGroupUuids.add(parseMessagePk(pk.S));
      const isTombstone = deleted_at !== undefined && user_handle?.S === "";
      if (member_count?.N === "0" || isTombstone) endedGroups.add(parseMessagePk(pk.S));
    }
  }
  return { memberships, messageGroupUuids, endedGroups, json };
}
