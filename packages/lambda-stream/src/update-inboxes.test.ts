import type { StreamProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import { expect, test } from "vitest";
import { updateInboxes } from "./update-inboxes.ts";

const message_group_uuid = "a1b2c3d4-0000-4000-8000-00000000000b";

const messageOf = (uuid: string, deleted_at?: string) =>
  ({ uuid, member_count: 3, ...(deleted_at && { deleted_at }) }) as StoredMessage;

/** Two members are shown by the index; what is asked is remembered in order. */
function createProjection(changes: Partial<StreamProjection> = {}) {
  const asked: string[] = [];
  const ask =
    <Answer>(name: string, answer: Answer) =>
    async (_: unknown, messages: readonly StoredMessage[] = []) => {
      asked.push([name, ...messages.map(({ uuid }) => uuid)].join(" "));
      return answer;
    };
  const projection = {
    listMemberUuids: ask("members", ["ann", "bob"]),
    updateMembership: ask<number | null>("update", 2),
    reviseMembership: ask<number | null>("revise", 2),
    getNewestMessage: ask("newest", messageOf("3")),
    hasEnded: ask("ended", false),
    ...changes,
  };
  return { projection: projection as unknown as StreamProjection, asked };
}

const now = "2026-01-01T00:00:00.000Z";

test("a new message and a change in one batch are both made on every membership", async () => {
  const { projection, asked } = createProjection();
  const batch = { message_group_uuid, inserted: [messageOf("3")], changed: [messageOf("1", now)] };
  expect(await updateInboxes(projection, batch)).toBe(2);
  expect(asked.sort()).toEqual(["members", "revise 1", "revise 1", "update 3", "update 3"]);
});

test("the edit of an older message costs one read", async () => {
  const { projection, asked } = createProjection();
  const batch = { message_group_uuid, inserted: [], changed: [messageOf("2")] };
  expect(await updateInboxes(projection, batch)).toBe(0);
  expect(asked).toEqual(["newest"]);
});

test("of several changes, memberships get the deletes and the edit of the newest message", async () => {
  const { projection, asked } = createProjection();
  const changed = [messageOf("1", now), messageOf("2"), messageOf("3")];
  await updateInboxes(projection, { message_group_uuid, inserted: [], changed });
  expect(asked).toEqual(["newest", "members", "revise 1 3", "revise 1 3"]);
});

test("deletes alone cost no read of the newest message", async () => {
  const { projection, asked } = createProjection();
  await updateInboxes(projection, {
    ...{ message_group_uuid, inserted: [], changed: [messageOf("1", now), messageOf("2", now)] },
  });
  expect(asked).toEqual(["members", "revise 1 2", "revise 1 2"]);
});

test("a membership that counts more members than were found is news of a stale index", async () => {
  const { projection } = createProjection({
    updateMembership: async ({ user_uuid }) => (user_uuid === "ann" ? 3 : 2),
  });
  const updating = updateInboxes(projection, {
    ...{ message_group_uuid, inserted: [messageOf("3")], changed: [] },
  });
  await expect(updating).rejects.toThrow("found 2 of 3 members");
  await expect(updating).rejects.toMatchObject({ name: "StaleIndexError" });
});

test("without any membership, the message says how many there were, unless the group has ended", async () => {
  const left = { updateMembership: async () => null };
  const batch = { message_group_uuid, inserted: [messageOf("3")], changed: [] };
  await expect(updateInboxes(createProjection(left).projection, batch)).rejects.toThrow(
    "found 0 of 3 members",
  );
  const ended = { ...left, hasEnded: async () => true };
  expect(await updateInboxes(createProjection(ended).projection, batch)).toBe(0);
});
