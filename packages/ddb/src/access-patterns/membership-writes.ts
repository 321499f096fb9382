import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { type MembershipFields, membershipAttributes } from "../items/membership-attributes.ts";
import { membershipKey, revisionOf, toPreviewFields } from "../items/membership-item.ts";
import { type Folder, inboxPk } from "../keys.ts";
import type { Filing } from "../refile.ts";
import { callTable, isConditionFailure, itemOfFailure } from "../retries.ts";
import type { MembershipId, NewestMessage } from "../types.ts";

/** What a conditional write came to: written, or the item as it is now (undefined: there is none). */
export type WriteOutcome =
  | { written: true; item: Item }
  | { written: false; item: Item | undefined };

interface MembershipUpdate {
  set?: readonly string[];
  add?: readonly string[];
  remove?: readonly string[];
  delete?: readonly string[];
  /** The folder to move the conversation to; it stays where it is by default. */
  folder?: Folder | undefined;
  condition: string;
  values?: Item;
}

/**
 * One conditional UpdateItem of a membership. Every one raises `revision`, and puts a membership of
 * the time before folders into the inbox.
 */
export async function updateIf(
  { client, tableName }: Table,
  { user_uuid, message_group_uuid }: MembershipId,
  update: MembershipUpdate,
): Promise<WriteOutcome> {
  const { set = [], add = [], remove = [], folder } = update;
  const inbox = folder === undefined ? "if_not_exists(inbox_pk, :folder)" : ":folder";
  const expression = [
    `SET ${[...set, `inbox_pk = ${inbox}`].join(", ")}`,
    `ADD ${[...add, "revision :one"].join(", ")}`,
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(", ")}`]),
    ...(update.delete === undefined ? [] : [`DELETE ${update.delete.join(", ")}`]),
  ];
  try {
    const { Attributes = {} } = await callTable(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: membershipKey(user_uuid, message_group_uuid),
          UpdateExpression: expression.join(" "),
          ConditionExpression: update.condition,
          ExpressionAttributeValues: {
            ...update.values,
            ":one": { N: "1" },
            ":folder": { S: inboxPk(user_uuid, folder ?? "inbox") },
          },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    );
    return { written: true, item: Attributes };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { written: false, item: itemOfFailure(error) };
  }
}

/** What a membership should say from now on; what is left out stays as it is. */
export interface MembershipState {
  unread_count: number;
  read_message_uuid?: string;
  /** A newer message to show and to sort by. */
  newest?: NewestMessage;
  /** Where an archived conversation belongs after a newer message. */
  filing?: Filing;
  /** The newest message that mentions the member; null without one. */
  mention_uuid?: string | null;
}

/**
 * Writes what was worked out from a membership, unless the membership has changed since: every
 * write of a preview, a marker or a count raises `revision`.
 * @param item the membership as it was read
 */
export function writeMembershipState(
  table: Table,
  id: MembershipId,
  item: Item,
  { newest, mention_uuid, filing, ...state }: MembershipState,
): Promise<WriteOutcome> {
  const { set, remove, values } = joinUpdates(
    updateOf(state),
    // Whoever reads a conversation has dealt with the mark that they put on it.
    ...(state.read_message_uuid === undefined ? [] : [updateOf({ marked_unread: undefined })]),
    ...(newest === undefined ? [] : [previewUpdate(newest)]),
    ...(filing === undefined ? [] : [filingUpdate(filing)]),
    ...(mention_uuid === undefined ? [] : [updateOf({ mention_uuid: mention_uuid ?? undefined })]),
  );
  return updateIf(table, id, {
    ...{ set, remove, folder: filing?.folder },
    condition: "revision = :revision",
    values: { ...values, ":revision": { N: String(revisionOf(item)) } },
  });
}

/** Part of an update: what it sets and removes, and the values that it names. */
export interface UpdatePart {
  set: readonly string[];
  remove: readonly string[];
  values: Item;
}

/** Shows another newest message. Whatever only a system message shows is removed by a text. */
export function previewUpdate(newest: NewestMessage): UpdatePart {
  return updateOf(toPreviewFields(newest));
}

/** Takes a conversation out of the archive, or keeps it there after another message. */
export function filingUpdate({ archived_after }: Filing): UpdatePart {
  return updateOf({ archived_after: archived_after ?? undefined });
}

/** Sets some attributes of a membership, and removes those that are undefined. */
export function updateOf(fields: Partial<MembershipFields>): UpdatePart {
  const item = membershipAttributes.write(fields as MembershipFields);
  const names = Object.keys(item);
  return {
    set: names.map((name) => `${name} = :${name}`),
    remove: Object.keys(fields).filter((name) => !names.includes(name)),
    values: Object.fromEntries(Object.entries(item).map(([name, value]) => [`:${name}`, value])),
  };
}

/** One update of several parts. */
export function joinUpdates(...parts: readonly UpdatePart[]): UpdatePart {
  return {
    set: parts.flatMap(({ set }) => set),
    remove: parts.flatMap(({ remove }) => remove),
    values: Object.assign({}, ...parts.map(({ values }) => values)),
  };
}
