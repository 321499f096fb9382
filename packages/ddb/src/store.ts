import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import type { Table } from "./client.ts";
import { getGroupRow, getGroupRows, listMemberUuids } from "./patterns/group-rows.ts";
import { listGroups } from "./patterns/list-groups.ts";
import {
  getMessage,
  listMessages,
  listMessagesAround,
  listMessagesSince,
} from "./patterns/list-messages.ts";
import { markRead } from "./patterns/mark-read.ts";
import { addMember, createGroup, removeMember } from "./patterns/membership.ts";
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
    getGroupRow: (input) => getGroupRow(table, input),
    listGroups: (input) => listGroups(table, input),
    listMessages: (input) => listMessages(table, input),
    listMessagesAround: (input) => listMessagesAround(table, input),
    listMessagesSince: (input) => listMessagesSince(table, input),
    getMessage: (input) => getMessage(table, input),
    sendMessage: (input) => sendMessage(table, input),
    sendToPerson: (input) => sendToPerson(table, input),
    createGroup: (input) => createGroup(table, input),
    addMember: (input) => addMember(table, input),
    removeMember: (input) => removeMember(table, input),
    listMemberUuids: (input) => listMemberUuids(table, input),
    getGroupRows: (input) => getGroupRows(table, input),
    markRead: (input) => markRead(table, input),
  };
}
