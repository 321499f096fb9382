import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import { deriveFirstMessageClientId } from "@cruddur/contract/ids";
import { MESSAGE_GROUP_MAX_MEMBERS, MESSAGE_GROUP_MIN_MEMBERS } from "@cruddur/contract/limits";
import type { LeftReason } from "@cruddur/contract/live-events";
import {
  messageGroupsAddInput,
  messageGroupsCreateInput,
  messageGroupsCreateOutput,
  messageGroupsLeaveInput,
  messageGroupsMemberInput,
  messageGroupsRenameInput,
} from "@cruddur/contract/message-groups";
import type { ChangedGroup } from "@cruddur/ddb/change-group";
import type { Member } from "@cruddur/ddb/types";
import { z } from "zod";
import { findMentioned } from "./mentions.ts";
import { publishMessage, readOwnName, recipientsOf, toOneWireMessage } from "./publish-message.ts";
import { readGroupRequests } from "./reach.ts";
import { groupChangeBy, type SignedInContext, signedIn } from "./trpc.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

/** The procedures of `messageGroups` that make and change groups. */
export const groupChanges = {
  create: signedIn
    .input(withSyncParsing(messageGroupsCreateInput))
    .output(withSyncParsing(messageGroupsCreateOutput))
    .mutation(async ({ ctx, input }) => {
      const { store, limits } = ctx.services;
      await limits.consume("groups", { user: ctx.user.user_uuid });
      const creator = await readOwnName(ctx);
      const people = await findPeople(ctx, input.handles);
      const members = [creator, ...people];
      if (members.length < MESSAGE_GROUP_MIN_MEMBERS) throw new AppError("group_too_small");
      if (members.length > MESSAGE_GROUP_MAX_MEMBERS) throw new AppError("group_full");
      const { name, client_id } = input;
      const requests = await readRequests(ctx, people);
      const group = { message_group_uuid: randomUUID(), members, requests, name, client_id };
      const message = await store.createMessageGroup(group);
      const { message_group_uuid } = message;
      const isNew = message_group_uuid === group.message_group_uuid;
      const uuids = isNew
        ? members.map(({ user_uuid }) => user_uuid)
        : await store.listMemberUuids({ message_group_uuid });
      await publishGroupChange(ctx, message_group_uuid, { message, members: uuids });
      if (input.message !== undefined) await sendFirst(ctx, message_group_uuid, creator, input);
      return { message_group_uuid };
    }),

  rename: groupChangeBy("members", messageGroupsRenameInput)
    .output(z.null())
    .mutation(async ({ ctx, input: { name, ...change } }) => {
      const actor = await readOwnName(ctx);
      const changed = await ctx.services.store.renameGroup({ ...change, actor, name });
      return publishGroupChange(ctx, change.message_group_uuid, changed);
    }),

  add: groupChangeBy("members", messageGroupsAddInput)
    .output(z.null())
    .mutation(async ({ ctx, input: { handles, share_history, ...change } }) => {
      const { store, limits } = ctx.services;
      await limits.consume("groups", { user: ctx.user.user_uuid });
      const actor = await readOwnName(ctx);
      const people = await findPeople(ctx, handles);
      const user_uuids = people.map(({ user_uuid }) => user_uuid);
      const requests = await readRequests(ctx, people);
      const added = { user_uuids, requests, share_history };
      const changed = await store.addMembers({ ...change, actor, ...added });
      return publishGroupChange(ctx, change.message_group_uuid, changed);
    }),

  remove: groupChangeBy("owner", messageGroupsMemberInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const actor = await readOwnName(ctx);
      const changed = await ctx.services.store.removeMember({ ...input, actor });
      // As the message says, not the input: of a repeated `op_id`, this may be another person.
      const { system_kind, subjects = [] } = changed.message ?? {};
      const uuids = system_kind === "removed" ? subjects : [];
      const left = { uuids, reason: "removed" } as const;
      return publishGroupChange(ctx, input.message_group_uuid, changed, left);
    }),

  leave: groupChangeBy("members", messageGroupsLeaveInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const actor = await readOwnName(ctx);
      const changed = await ctx.services.store.leaveGroup({ ...input, actor });
      const left = { uuids: [actor.user_uuid], reason: "left" } as const;
      return publishGroupChange(ctx, input.message_group_uuid, changed, left);
    }),

  makeOwner: groupChangeBy("owner", messageGroupsMemberInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const actor = await readOwnName(ctx);
      const changed = await ctx.services.store.makeOwner({ ...input, actor });
      return publishGroupChange(ctx, input.message_group_uuid, changed);
    }),
};

/** The people with some handles, each once and without the caller. Throws `user_not_found`. */
async function findPeople(ctx: SignedInContext, handles: readonly string[]): Promise<Member[]> {
  const { people, limits } = ctx.services;
  const wanted = new Set(handles.map((handle) => handle.toLowerCase()));
  const found = await Promise.all(
    [...wanted].map(async (handle) => {
      await limits.consume("lookups", { user: ctx.user.user_uuid }, { address: ctx.address });
      const person = await people.findByHandle(handle);
      if (person === null) throw new AppError("user_not_found");
      return { user_uuid: person.uuid, handle: person.handle, display_name: person.display_name };
    }),
  );
  const byUuid = new Map(found.map((person) => [person.user_uuid, person]));
  byUuid.delete(ctx.user.user_uuid);
  return [...byUuid.values()];
}

/** Where being in the group is a request. Throws `cannot_message` for people who can't be added. */
const readRequests = (ctx: SignedInContext, people: readonly Member[]) =>
  readGroupRequests(
    ctx,
    people.map(({ user_uuid }) => user_uuid),
  );

/** Sends a new group's first message, once for all retries of the creation. */
async function sendFirst(
  ctx: SignedInContext,
  message_group_uuid: string,
  sender: Member,
  { message = "", client_id }: z.infer<typeof messageGroupsCreateInput>,
): Promise<void> {
  const { store, observe } = ctx.services;
  const { user_uuid } = sender;
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  // A late retry, by somebody who has left the group since.
  if (membership === null) return;
  const stored = await store.sendMessage({
    ...{ sender, membership, message },
    client_id: deriveFirstMessageClientId(client_id),
    mentions: await findMentioned(ctx, message_group_uuid, message),
    traceparent: observe.traceparent(),
  });
  await publishMessage(ctx, stored, recipientsOf(membership));
}

/**
 * Tells every server about a change, and its members. Also after a repeat: the first notice may have
 * been lost together with its server.
 * @param left who is no member any more, and why
 */
async function publishGroupChange(
  { services: { live, people } }: SignedInContext,
  message_group_uuid: string,
  { message, members }: ChangedGroup,
  left: { uuids: readonly string[]; reason: LeftReason } | null = null,
): Promise<null> {
  const wire = message === null ? undefined : await toOneWireMessage(message, people);
  live.publish(
    {
      ...{ type: "group_changed", message_group_uuid, members },
      message_uuid: message?.uuid ?? null,
      // Whoever has joined again since an earlier attempt of the same change is a member.
      left: left?.uuids.filter((uuid) => !members.includes(uuid)) ?? [],
      reason: left?.reason ?? null,
    },
    wire,
  );
  return null;
}
