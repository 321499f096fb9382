import { GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { type Block, blockKey } from "../items/block-item.ts";
import { membershipPk, parseMembershipSk } from "../keys.ts";
import { callTable, unavailable } from "../retries.ts";
import { listBlocks } from "./list-blocked.ts";
import { updateIf } from "./membership-writes.ts";
import { rebuildMembership } from "./rebuild-membership.ts";

const ATTEMPTS = 8;

/**
 * Finds whose messages must be hidden from whom after some people have joined a group. Returns, by the uuid
 * of a member, the people new to that member whom the member has blocked.
 */
export async function findHiddenSenders(
  table: Table,
  { joining, members }: { joining: readonly string[]; members: readonly string[] },
): Promise<Map<string, string[]>> {
  const all = new Set([...members, ...joining]);
  const hidden = new Map<string, string[]>();
  const hide = (blocker: string, blocked: string) => {
    if (all.has(blocker) && all.has(blocked)) {
      hidden.set(blocker, [...new Set([...(hidden.get(blocker) ?? []), blocked])]);
    }
  };
  await Promise.all(
    joining.map(async (user_uuid) => {
      const { made, received } = await listBlocks(table, { user_uuid });
      for (const other of made) hide(user_uuid, other);
      for (const other of received) hide(other, user_uuid);
    }),
  );
  return hidden;
}

/**
 * Reads the blocks of people who have just joined a group again, because a block may have been made or
 * ended while they joined.
 * @param written what `findHiddenSenders` returned before they joined
 */
export async function settleHiddenSenders(
  table: Table,
  people: { joining: readonly string[]; members: readonly string[] },
  written: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  if (people.joining.length === 0) return;
  const now = await findHiddenSenders(table, people);
  for (const blocker_uuid of new Set([...written.keys(), ...now.keys()])) {
    const blocked = [...(written.get(blocker_uuid) ?? []), ...(now.get(blocker_uuid) ?? [])];
    for (const blocked_uuid of new Set(blocked)) {
      await hideInGroups(table, { blocker_uuid, blocked_uuid });
    }
  }
}

/**
 * Hides a person's messages from the person who has blocked them, in every group of which both are members,
 * and counts the unread messages again. Shows the messages again where the block has ended. The person who is
 * blocked sees everything as before, so that nothing tells them. Throws AppError `unavailable`.
 * @returns uuids of the groups
 */
export const hideInGroups = defineAccessPattern(
  {
    question: "In which groups must a person's messages be hidden from another?",
    key: "pk = BLK#{blocker_uuid}, sk = {blocked_uuid}; pk = GRP#{user_uuid} for both; pk = GRP#{blocker_uuid}, sk = {message_group_uuid}",
    cost: "2 RU, and 1 RU for each 4 KB of the memberships of both; 2 WU and a rebuilt membership for each group of both",
    actions: { table: ["GetItem", "Query", "UpdateItem"] },
    uses: { rebuildMembership },
  },
  async (table: Table, block: Block): Promise<string[]> => {
    const { blocker_uuid, blocked_uuid } = block;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const isBlocked = await hasBlocked(table, block);
      const [own, theirs] = await Promise.all([
        listGroups(table, blocker_uuid),
        listGroups(table, blocked_uuid),
      ]);
      // Who has left the group stays hidden there, since their messages stay.
      const shared = own.filter(
        ({ uuid, hidden_senders }) =>
          theirs.some((group) => group.uuid === uuid) || hidden_senders.includes(blocked_uuid),
      );
      for (const { uuid: message_group_uuid } of shared) {
        const id = { user_uuid: blocker_uuid, message_group_uuid };
        await updateIf(table, id, {
          [isBlocked ? "add" : "delete"]: ["hidden_senders :blocked"],
          condition: "attribute_exists(pk)",
          values: { ":blocked": { SS: [blocked_uuid] } },
        });
        await rebuildMembership(table, id);
      }
      // Of a block and its end at the same moment, whoever writes last also reads last.
      if ((await hasBlocked(table, block)) === isBlocked) return shared.map(({ uuid }) => uuid);
    }
    throw unavailable();
  },
);

async function hasBlocked({ client, tableName: TableName }: Table, block: Block): Promise<boolean> {
  const { Item } = await callTable(() =>
    client.send(new GetItemCommand({ TableName, Key: blockKey(block), ConsistentRead: true })),
  );
  return Item !== undefined;
}

interface Group {
  uuid: string;
  hidden_senders: readonly string[];
}

/** The groups that a person is a member of. Strongly consistent. */
async function listGroups(table: Table, user_uuid: string): Promise<Group[]> {
  const groups: Group[] = [];
  let start: Item | undefined;
  do {
    const output = await callTable(() =>
      table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: "pk = :pk",
          FilterExpression: "attribute_exists(some_members)",
          ProjectionExpression: "sk, hidden_senders",
          ExpressionAttributeValues: { ":pk": { S: membershipPk(user_uuid) } },
          ConsistentRead: true,
          ...(start !== undefined && { ExclusiveStartKey: start }),
        }),
      ),
    );
    for (const { sk, hidden_senders } of output.Items ?? []) {
      const uuid = parseMembershipSk(sk?.S ?? "");
      groups.push({ uuid, hidden_senders: hidden_senders?.SS ?? [] });
    }
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
  return groups;
}
