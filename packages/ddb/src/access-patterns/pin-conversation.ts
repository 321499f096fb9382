import { GetItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { PINNED_MAX } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMembershipItem, membershipKey } from "../items/membership-item.ts";
import { type Pins, pinsAttributes, pinsKey } from "../items/pins-item.ts";
import { inboxPk } from "../keys.ts";
import { batchGetItems, parseItems } from "../read-items.ts";
import { homeFolderOf } from "../refile.ts";
import { callTable, unavailable } from "../retries.ts";
import { planAndWrite } from "../transactions.ts";
import type { Membership, MembershipId } from "../types.ts";
import { getMembership, getMembershipItem } from "./memberships.ts";

/**
 * Puts a conversation above the others of a member's inbox. The pins are counted in the transaction
 * that pins, so that several devices at the same moment can't exceed the limit. Repeating it changes
 * nothing that anybody sees. Throws AppError `not_a_member`, `pins_full`, `unavailable`, and
 * `invalid_input` for a conversation in the requests.
 */
export const pinConversation = defineAccessPattern(
  {
    question: "A conversation onto the pinned ones",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}; pk = PNS#{user_uuid}",
    cost: `2 RU and at most 8 WU; with ${PINNED_MAX} pins before, also ${PINNED_MAX} RU`,
    actions: { table: ["BatchGetItem", "GetItem", "PutItem", "UpdateItem"] },
    uses: { getMembership },
  },
  async (table: Table, id: MembershipId): Promise<Membership> => {
    const { user_uuid } = id;
    let pinned: Membership | null = null;
    await planAndWrite(table, async () => {
      const [item, pins] = await Promise.all([
        getMembershipItem(table, id),
        readPins(table, user_uuid),
      ]);
      if (item === undefined) throw new AppError("not_a_member");
      const membership = fromMembershipItem(item);
      pinned = { ...membership, folder: "pinned", archived_after: null };
      if (membership.folder === "pinned") return [];
      if (homeFolderOf(membership) === "requests") throw new AppError("invalid_input");
      const others = await othersPinned(table, membership, pins);
      const message_group_uuids = [...others, membership.message_group_uuid];
      return [
        moveToPinned(table, id, item),
        putPins(table, user_uuid, { message_group_uuids, revision: pins?.revision }),
      ];
    });
    return pinned ?? Promise.reject(unavailable());
  },
);

async function readPins({ client, tableName }: Table, user_uuid: string): Promise<Pins | null> {
  const { Item } = await callTable(() =>
    client.send(
      new GetItemCommand({ TableName: tableName, Key: pinsKey(user_uuid), ConsistentRead: true }),
    ),
  );
  return Item === undefined ? null : pinsAttributes.read(Item);
}

/**
 * The other conversations that count as pinned. Only where there is no room does it look which of
 * them still are: unpinning, archiving and leaving don't write the pins. Throws `pins_full`.
 */
async function othersPinned(
  table: Table,
  { user_uuid, message_group_uuid }: Membership,
  pins: Pins | null,
): Promise<string[]> {
  const others = pins?.message_group_uuids.filter((uuid) => uuid !== message_group_uuid) ?? [];
  if (others.length < PINNED_MAX) return others;
  const keys = others.map((uuid) => membershipKey(user_uuid, uuid));
  const items = await batchGetItems(table, keys, { consistent: true });
  const still = parseItems(table, items, fromMembershipItem)
    .filter(({ folder }) => folder === "pinned")
    .map((membership) => membership.message_group_uuid);
  if (still.length >= PINNED_MAX) throw new AppError("pins_full");
  return still;
}

function moveToPinned(
  { tableName: TableName }: Table,
  { user_uuid, message_group_uuid }: MembershipId,
  { revision = { N: "0" } }: Item,
): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: membershipKey(user_uuid, message_group_uuid),
      UpdateExpression: "SET inbox_pk = :pinned ADD revision :one REMOVE archived_after",
      ConditionExpression: "revision = :revision",
      ExpressionAttributeValues: {
        ":pinned": { S: inboxPk(user_uuid, "pinned") },
        ":one": { N: "1" },
        ":revision": revision,
      },
    },
  };
}

function putPins(
  { tableName: TableName }: Table,
  user_uuid: string,
  { message_group_uuids, revision }: Partial<Pins> & Pick<Pins, "message_group_uuids">,
): TransactWriteItem {
  const next = { message_group_uuids, revision: (revision ?? 0) + 1 };
  return {
    Put: {
      TableName,
      Item: { ...pinsKey(user_uuid), ...pinsAttributes.write(next) },
      ...(revision === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "revision = :revision",
            ExpressionAttributeValues: { ":revision": { N: String(revision) } },
          }),
    },
  };
}
