import { GROUP_TITLE_MAX_MEMBERS, UNREAD_COUNT_MAX } from "@cruddur/contract/limits";
import * as keys from "../keys.ts";
import type {
  GroupMembership,
  Member,
  Membership,
  MembershipId,
  NewestMessage,
  NewMembership,
  RequestFolder,
} from "../types.ts";
import { CorruptItemError, type Item, keyOf } from "./attributes.ts";
import { type MembershipFields, membershipAttributes } from "./membership-attributes.ts";
import { cutPreview } from "./preview.ts";

/** A new membership; it keeps a preview of the newest message. Listed in the inbox by default. */
export function toMembershipItem(membership: NewMembership): Item {
  const { message_group_uuid, other, group, last_message, folder = "inbox" } = membership;
  const { newest_hidden_uuid: hidden } = membership;
  return {
    ...membershipKey(membership.user_uuid, message_group_uuid),
    ...membershipAttributes.write({
      message_group_uuid: keys.membershipSk(message_group_uuid),
      member_count: membership.member_count,
      user_uuid: other?.user_uuid,
      user_display_name: other?.display_name,
      user_handle: other?.handle,
      inbox_pk: keys.inboxPk(membership.user_uuid, folder),
      requested: membership.requested ?? undefined,
      requested_by: membership.requested_by ?? undefined,
      hidden_senders: isEmpty(membership.hidden_senders) ? undefined : membership.hidden_senders,
      request_messages: membership.request_messages ?? undefined,
      ...(last_message !== null && toPreviewFields(last_message)),
      ...(group !== undefined && toGroupFields(group)),
      unread_count: membership.unread_count,
      read_message_uuid: membership.read_message_uuid ?? undefined,
      newest_hidden_at: hidden === undefined ? undefined : keys.messageSk(hidden),
      // Random, so that what was worked out from a membership that has since been removed and made
      // again can't be written over the new one.
      revision: Math.floor(Math.random() * 2 ** 32),
    }),
  };
}

/** What a membership shows of the newest message. */
export function toPreviewFields(newest: NewestMessage) {
  const { system_kind, subjects = [] } = newest;
  return {
    last_message_at: keys.messageSk(newest.uuid),
    message: cutPreview(newest.message),
    sender_uuid: newest.user_uuid,
    last_revision: newest.revision ?? 0,
    last_kind: system_kind,
    last_subjects: subjects.length === 0 ? undefined : subjects.slice(0, GROUP_TITLE_MAX_MEMBERS),
    last_subject_count: subjects.length === 0 ? undefined : subjects.length,
  } satisfies Partial<MembershipFields>;
}

/** What a membership says about its group. */
export function toGroupFields({
  name,
  role,
  some_members,
  joined_at,
  joined_after,
}: GroupMembership) {
  return {
    group_name: name ?? undefined,
    member_role: role === "owner" ? role : undefined,
    some_members,
    joined_at,
    joined_after: joined_after ?? undefined,
  } satisfies Partial<MembershipFields>;
}

/** From the table or from the inbox index. Throws CorruptItemError or KeyError. */
export function fromMembershipItem(item: Item): Membership {
  const user_uuid = keys.parseMembershipPk(keyOf(item, "pk"));
  const message_group_uuid = keys.parseMembershipSk(keyOf(item, "sk"));
  const fields = membershipAttributes.read(item);
  const { some_members, newest_hidden_at } = fields;
  const membership: Membership = {
    user_uuid,
    message_group_uuid,
    folder: fields.inbox_pk === undefined ? "inbox" : keys.parseInboxPk(fields.inbox_pk),
    requested: (fields.requested as RequestFolder | undefined) ?? null,
    requested_by: fields.requested_by ?? null,
    request_messages: fields.request_messages ?? null,
    muted_until: fields.muted_until === undefined ? null : isoTime(fields.muted_until),
    marked_unread: fields.marked_unread ?? false,
    blocked: fields.blocked ?? false,
    refused: fields.refused ?? false,
    hidden_senders: fields.hidden_senders ?? [],
    archived_after: fields.archived_after ?? null,
    member_count: fields.member_count,
    other: some_members === undefined ? otherOf(fields) : null,
    group: some_members === undefined ? null : groupOf(fields, some_members),
    last_message: previewOf(fields),
    unread_count: Math.min(fields.unread_count, UNREAD_COUNT_MAX),
    read_message_uuid: fields.read_message_uuid ?? null,
    mentioned: (fields.mention_uuid ?? "") > (fields.read_message_uuid ?? ""),
  };
  if (newest_hidden_at === undefined) return membership;
  return { ...membership, newest_hidden_uuid: keys.parseMessageSk(newest_hidden_at).message_uuid };
}

/** True for an item of the time before folders, which no folder lists. */
export function lacksFolder(item: Item): boolean {
  return item.inbox_pk === undefined;
}

/** The revision of the newest message that a membership shows. */
export function shownRevisionOf(item: Item): number {
  return membershipAttributes.read(item).last_revision ?? 0;
}

/** The newest message that mentions the member, read or not; null without one. */
export function mentionOf(item: Item): string | null {
  return membershipAttributes.read(item).mention_uuid ?? null;
}

/** uuids of the group's members whom the member has blocked. */
export function hiddenSendersOf(item: Item): readonly string[] {
  return membershipAttributes.read(item).hidden_senders ?? [];
}

/** The revision of a membership read from the table. Throws CorruptItemError. */
export function revisionOf(item: Item): number {
  const { revision } = membershipAttributes.read(item);
  if (revision === undefined) throw new CorruptItemError("an item has no revision");
  return revision;
}

export function membershipKey(user_uuid: string, message_group_uuid: string): Item {
  return {
    pk: { S: keys.membershipPk(user_uuid) },
    sk: { S: keys.membershipSk(message_group_uuid) },
  };
}

/**
 * A former membership, which is nothing but its key. It remembers where a person once wrote, so that
 * everything of theirs can be found when they erase their account.
 */
export function formerMembershipKey({ user_uuid, message_group_uuid }: MembershipId): Item {
  return {
    pk: { S: keys.formerMembershipPk(user_uuid) },
    sk: { S: keys.membershipSk(message_group_uuid) },
  };
}

/** DynamoDB has no empty sets. */
function isEmpty(set: readonly string[] | undefined): boolean {
  return set === undefined || set.length === 0;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function otherOf({ user_uuid, user_display_name, user_handle }: MembershipFields): Member {
  if (user_uuid === undefined) throw new CorruptItemError("an item has no user_uuid");
  return { user_uuid, display_name: user_display_name ?? "", handle: user_handle ?? "" };
}

function groupOf(fields: MembershipFields, some_members: readonly string[]): GroupMembership {
  if (fields.joined_at === undefined) throw new CorruptItemError("an item has no joined_at");
  return {
    name: fields.group_name ?? null,
    role: fields.member_role ?? "member",
    some_members,
    joined_at: fields.joined_at,
    joined_after: fields.joined_after ?? null,
  };
}

function previewOf(fields: MembershipFields): Membership["last_message"] {
  const { last_message_at, message, sender_uuid, last_kind } = fields;
  if (last_message_at === undefined) return null;
  if (message === undefined) throw new CorruptItemError("an item has no message");
  if (sender_uuid === undefined) throw new CorruptItemError("an item has no sender_uuid");
  const { message_uuid, created_at } = keys.parseMessageSk(last_message_at);
  return {
    uuid: message_uuid,
    created_at,
    message,
    user_uuid: sender_uuid,
    system_kind: last_kind,
    subjects: fields.last_subjects ?? [],
    subject_count: fields.last_subject_count ?? 0,
    deleted: message === "" && last_kind === undefined,
  };
}
