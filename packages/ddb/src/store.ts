import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import type { Table } from "./client.ts";
import { listInbox } from "./patterns/list-inbox.ts";
import {
  getMessage,
  listMessages,
  listMessagesAround,
  listMessagesSince,
} from "./patterns/list-messages.ts";
import { markRead } from "./patterns/mark-read.ts";
import { getMembership, getMemberships, listMemberUuids } from "./patterns/memberships.ts";
import { addMember, createMessageGroup, removeMember } from "./patterns/message-groups.ts";
import { type Sending, sendMessage } from "./patterns/send-message.ts";
import { sendToPerson } from "./patterns/send-to-person.ts";
import { TABLE_NAME } from "./table.ts";
import type { MessagesStore } from "./types.ts";

/**
 * The store over one table. One per process: its message uuids strictly increase.
 * @param options.now clock in ms since the epoch
 * @param options.onCorruptItem told of each item that can't be read: lists leave it out
 */
export function createMessagesStore(options: {
  client: DynamoDBClient;
  tableName?: string;
  now?: () => number;
  onCorruptItem?: Table["onCorruptItem"];
}): MessagesStore {
  const now = options.now ?? Date.now;
  const table: Sending = {
    client: options.client,
    tableName: options.tableName ?? TABLE_NAME,
    now,
    mintMessageUuid: createMessageUuidFactory(now),
    onCorruptItem: options.onCorruptItem,
  };
  return {
    getMembership: (input) => getMembership(table, input),
    listInbox: (input) => listInbox(table, input),
    listMessages: (input) => listMessages(table, input),
    listMessagesAround: (input) => listMessagesAround(table, input),
    listMessagesSince: (input) => listMessagesSince(table, input),
    getMessage: (input) => getMessage(table, input),
    sendMessage: (input) => sendMessage(table, input),
    sendToPerson: (input) => sendToPerson(table, input),
    createMessageGroup: (input) => createMessageGroup(table, input),
    addMember: (input) => addMember(table, input),
    removeMember: (input) => removeMember(table, input),
    listMemberUuids: (input) => listMemberUuids(table, input),
    getMemberships: (input) => getMemberships(table, input),
    markRead: (input) => markRead(table, input),
  };
}
