import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { GROUP_TITLE_MAX_MEMBERS } from "@cruddur/contract/limits";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import type { MembershipFields } from "../items/membership-attributes.ts";
import { formerMembershipKey, membershipKey, toMembershipItem } from "../items/membership-item.ts";
import { toMessageItem } from "../items/message-item.ts";
import { toSendClaimItem } from "../items/send-claim-item.ts";
import { inboxPk, messageSk, messageSkBelow } from "../keys.ts";
import { refile } from "../refile.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";
import { writeTransaction } from "../transactions.ts";
import type { Membership, RequestFolder, Role, StoredMessage } from "../types.ts";
import {
  filingUpdate,
  joinUpdates,
  previewUpdate,
  type UpdatePart,
  updateOf,
} from "./membership-writes.ts";

/** A member of a group as a change leaves it. */
export interface GroupMember {
  user_uuid: string;
  role: Role;
  joined_at: string;
  joined_after: string | null;
  /** Of a new member: the newest message that they had hidden when they were a member before. */
  newest_hidden_uuid?: string | undefined;
  /** The membership as it was read; null for one that the change makes. */
  before: Membership | null;
  /** Where a membership that the change makes is a request until its member accepts it. */
  requested?: RequestFolder | null | undefined;
  /** Members whom this one has blocked and who were not in the group with them before. */
  hides?: readonly string[];
}

/** A change of a group: its system message, and what the group is afterwards. */
export interface GroupState {
  message: StoredMessage;
  name: string | null;
  members: readonly GroupMember[];
  /** Memberships that the change deletes. */
  removed: readonly Membership[];
}

/**
 * Writes a change of a group in one transaction, with its system message and the claim of its op_id:
 * n members are at most n + 2 items, and one more where somebody leaves: their former membership.
 * Every membership that is kept or deleted must still be what it was read as: each of n memberships
 * that counts n members belongs to all the members there are.
 * @returns false when the memberships have changed since, or when the op_id is claimed already
 */
export async function writeGroupState(
  { client, tableName, now }: Table & { now: () => number },
  state: GroupState,
): Promise<boolean> {
  const { message, removed } = state;
  const claim = toSendClaimItem({
    ...message,
    message_uuid: message.uuid,
    expiresAtSeconds: Math.floor(now() / 1000) + SEND_CLAIM_TTL_DAYS * 86_400,
  });
  const puts = [
    claim,
    toMessageItem(message),
    ...state.members
      .filter(({ before }) => before === null)
      .map((member) => toNewMembership(state, member)),
  ];
  const TransactItems: TransactWriteItem[] = [
    ...puts.map((Item) => ({
      Put: { TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
    })),
    ...state.members.flatMap((member) => updateMember(tableName, state, member) ?? []),
    ...removed.flatMap((membership) => [
      deleteMember(tableName, membership),
      { Put: { TableName: tableName, Item: formerMembershipKey(membership) } },
    ]),
  ];
  return writeTransaction({ client }, TransactItems);
}

/** What a member's own membership says about the group. */
function groupFields({ name, members }: GroupState, { user_uuid, ...member }: GroupMember) {
  const others = members.filter((other) => other.user_uuid !== user_uuid);
  const some_members = others.slice(0, GROUP_TITLE_MAX_MEMBERS).map((other) => other.user_uuid);
  const { role, joined_at, joined_after } = member;
  return { name, role, some_members, joined_at, joined_after };
}

/** Whoever joins a group has read what was written before, whether or not they can read it. */
function toNewMembership(state: GroupState, member: GroupMember): Item {
  const { message, members } = state;
  const isFounder = message.system_kind === "created";
  const { requested = null, hides } = member;
  return toMembershipItem({
    ...(requested !== null && {
      ...{ folder: requested, requested, requested_by: message.user_uuid },
    }),
    hidden_senders: hides ?? [],
    user_uuid: member.user_uuid,
    message_group_uuid: message.message_group_uuid,
    member_count: members.length,
    group: groupFields(state, member),
    last_message: message,
    unread_count: 0,
    read_message_uuid: isFounder ? null : message.uuid,
    newest_hidden_uuid: member.newest_hidden_uuid,
  });
}

function updateMember(
  TableName: string,
  state: GroupState,
  member: GroupMember,
): TransactWriteItem | null {
  const { before } = member;
  if (before === null) return null;
  const { message, members } = state;
  const { name, role, some_members } = groupFields(state, member);
  const fields: Partial<MembershipFields> = {
    member_count: members.length,
    group_name: name ?? undefined,
    member_role: role === "owner" ? role : undefined,
    some_members,
  };
  // A server whose clock is wrong may have stored a message far ahead: the preview stays at it.
  const isNewest = before.last_message === null || before.last_message.uuid < message.uuid;
  const { filing } = refile(before, message.uuid);
  const { set, remove, values } = joinUpdates(
    updateOf(fields),
    ...(isNewest ? [previewUpdate(message)] : []),
    ...(filing === undefined ? [] : [filingUpdate(filing)]),
    ...(filing === undefined
      ? []
      : [updateOf({ inbox_pk: inboxPk(before.user_uuid, filing.folder) })]),
  );
  const unchanged = conditionOf(before);
  const { hides = [] } = member;
  const add = hides.length === 0 ? "" : ", hidden_senders :hides";
  return {
    Update: {
      TableName,
      Key: membershipKey(before.user_uuid, message.message_group_uuid),
      UpdateExpression: `SET ${set.join(", ")} ADD revision :one${add}${remove.length === 0 ? "" : ` REMOVE ${remove.join(", ")}`}`,
      ConditionExpression: `${unchanged.condition}${isNewest ? " AND last_message_at <= :below" : ""}`,
      ExpressionAttributeValues: {
        ...values,
        ...unchanged.values,
        ":one": { N: "1" },
        ...(hides.length > 0 && { ":hides": { SS: [...hides] } }),
        ...(isNewest && { ":below": { S: messageSkBelow(messageSk(message.uuid)) } }),
      },
    },
  };
}

function deleteMember(TableName: string, membership: Membership): TransactWriteItem {
  const { condition, values } = conditionOf(membership);
  return {
    Delete: {
      TableName,
      Key: membershipKey(membership.user_uuid, membership.message_group_uuid),
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    },
  };
}

/**
 * The membership counts the same members as when it was read, with the same name and role, and is
 * as much in the archive: the system message brings it back.
 */
function conditionOf({ member_count, group, archived_after }: Membership): {
  condition: string;
  values: UpdatePart["values"];
} {
  const name = group?.name ?? null;
  const isOwner = group?.role === "owner";
  const conditions = [
    "member_count = :from",
    name === null ? "attribute_not_exists(group_name)" : "group_name = :named",
    isOwner ? "member_role = :owner" : "attribute_not_exists(member_role)",
    archived_after === null ? "attribute_not_exists(archived_after)" : "archived_after = :archived",
  ];
  return {
    condition: conditions.join(" AND "),
    values: {
      ":from": { N: String(member_count) },
      ...(name !== null && { ":named": { S: name } }),
      ...(isOwner && { ":owner": { S: "owner" } }),
      ...(archived_after !== null && { ":archived": { S: archived_after } }),
    },
  };
}
