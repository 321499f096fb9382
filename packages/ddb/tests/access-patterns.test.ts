import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { createMessageUuidFactory, derivePairGroupUuid } from "@cruddur/contract/ids";
import { PINNED_MAX } from "@cruddur/contract/limits";
import { describe, expect, it } from "vitest";
import {
  type AccessPattern,
  type AccessPatterns,
  type Action,
  actionsOf,
  bindAccessPatterns,
  type Resource,
  withUsedPatterns,
} from "../src/access-pattern.ts";
import { createStandardClient, type MessagesTableClient, operationOf } from "../src/client.ts";
import { operatorPatterns, serverPatterns, streamPatterns } from "../src/roles.ts";
import { TABLE_NAME } from "../src/table.ts";
import { people, person, useTable } from "./support.ts";

const table = useTable();
const patterns = {
  ...serverPatterns,
  ...streamPatterns,
  ...operatorPatterns,
};

/** IAM's names of what a command does, with what it does it to. */
function actionsOfCommand(command: { input: object }): { resource: Resource; action: string }[] {
  const { IndexName, TransactItems } = command.input as {
    IndexName?: Resource;
    TransactItems?: object[];
  };
  const names =
    TransactItems === undefined
      ? [operationOf(command)]
      : TransactItems.flatMap((item) => Object.keys(item).map((write) => `${write}Item`));
  return names.map((action) => ({ resource: IndexName ?? "table", action }));
}

/** A client that remembers the actions of all its calls. */
function createRecorder(): { client: MessagesTableClient; seen: Record<string, string[]> } {
  const seen: Record<string, string[]> = {};
  const { send, destroy } = createStandardClient(table.client);
  const client: MessagesTableClient = {
    destroy,
    send(command) {
      for (const { resource, action } of actionsOfCommand(command)) {
        seen[resource] = [...new Set([...(seen[resource] ?? []), action])].sort();
      }
      return send(command);
    },
  };
  return { client, seen };
}

/** All patterns, each over a recorder of its own. */
function recordAll() {
  const mintMessageUuid = createMessageUuidFactory();
  const seen: Record<string, Record<string, string[]>> = {};
  const bound = Object.entries(patterns).map(([name, pattern]) => {
    const recorder = createRecorder();
    seen[name] = recorder.seen;
    const { client } = recorder;
    const context = { client, tableName: TABLE_NAME, now: Date.now, mintMessageUuid };
    return [name, bindAccessPatterns(context, { [name]: pattern as never })[name]];
  });
  return { seen, run: Object.fromEntries(bound) as ReturnType<typeof bindAll> };
}
const bindAll = () => bindAccessPatterns(null as never, patterns);

describe("access patterns", () => {
  it("do to the table what they say, no more and no less", async () => {
    const { run, seen } = recordAll();
    const [a, b, c] = people(3) as [
      ReturnType<typeof person>,
      ReturnType<typeof person>,
      ReturnType<typeof person>,
    ];
    const draft = () => ({ client_id: randomUUID(), message: "hello" });
    const first = await run.sendToPerson({ ...draft(), sender: a, receiver: b });
    const { message_group_uuid } = first;
    await run.sendToPerson({ ...draft(), sender: b, receiver: a });
    const ofA = { user_uuid: a.user_uuid, message_group_uuid };
    const ofB = { user_uuid: b.user_uuid, message_group_uuid };
    const membership = await run.getMembership(ofA);
    if (membership === null) throw new Error("no membership");
    const reply = { ...draft(), sender: a, membership, reply_to: first.uuid };
    const sent = await run.sendMessage(reply);
    // A refused send gives its place back.
    const toNone = { ...reply, ...draft(), reply_to: createMessageUuidFactory()() };
    await expect(run.sendMessage(toNone)).rejects.toMatchObject({ code: "message_not_found" });
    await run.updateMembership(ofB, [sent]);
    await run.updateMembership(ofB, [sent]);
    await run.markRead({ ...ofB, message_uuid: first.uuid });
    await run.markRead({ ...ofB, message_uuid: sent.uuid });
    await run.updateMembership(ofA, [sent]);
    await run.listMemberUuids({ message_group_uuid });
    await run.getMemberships({ message_group_uuid, user_uuids: [a.user_uuid, b.user_uuid] });
    await run.listInbox({ user_uuid: a.user_uuid, limit: 5 });
    await run.listMessages({ joined_after: null, message_group_uuid, limit: 5 });
    await run.listMessagesAround({
      joined_after: null,
      message_group_uuid,
      message_uuid: sent.uuid,
      limit: 5,
    });
    await run.listMessagesSince({ joined_after: null, message_group_uuid, sinceMs: 0, limit: 5 });
    const range = { fromMs: 0, untilMs: Date.now(), limit: 5 };
    await run.listMessagesBetween({ message_group_uuid, ...range });
    await run.listHotMessageGroups({ sinceMs: 0, limit: 5 });
    await run.getMessage({ message_group_uuid, message_uuid: sent.uuid });
    await run.getNewestMessage({ message_group_uuid });
    const change = () => ({ ...ofA, message_uuid: sent.uuid, op_id: randomUUID() });
    await run.editMessage({ ...change(), message: "edited" });
    await run.addReaction({ ...change(), emoji: "👍" });
    await run.removeReaction({ ...change(), emoji: "👍" });
    await run.hideMessage(change());
    const hidden = { from: first.uuid, until: sent.uuid };
    await run.listHiddenMessages({ ...ofA, ...hidden });
    const deleted = await run.deleteMessage(change());
    const unread = await run.sendMessage({ ...draft(), sender: a, membership });
    await run.updateMembership(ofB, [unread]);
    await run.reviseMembership(ofB, [{ ...deleted, uuid: unread.uuid }]);

    for (const change of ["pin", "archive", "unarchive"] as const) {
      await run.fileConversation(ofB, change);
    }
    // The pin that finds five before it looks which of them still are.
    for (const sender of people(PINNED_MAX + 1)) {
      const other = await run.sendToPerson({ ...draft(), sender, receiver: b });
      const id = { ...ofB, message_group_uuid: other.message_group_uuid };
      await run.fileConversation(id, "pin").catch(() => {});
    }
    await run.muteConversation(ofB, { muted_until: new Date().toISOString() });
    await run.markUnread(ofB);
    const stranger = person("stranger");
    const block = { blocker_uuid: a.user_uuid, blocked_uuid: stranger.user_uuid };
    await run.blockPerson(block);
    const refused = run.sendToPerson({ ...draft(), sender: stranger, receiver: a });
    await expect(refused).rejects.toMatchObject({ code: "cannot_message" });
    await run.unblockPerson(block);
    const request = { receiver: a, firstMessage: "inbox" } as const;
    await run.sendToPerson({ ...draft(), sender: stranger, ...request });
    await run.sendToPerson({ ...draft(), sender: stranger, ...request });
    const ofStranger = {
      user_uuid: stranger.user_uuid,
      message_group_uuid: derivePairGroupUuid(a.user_uuid, stranger.user_uuid),
    };
    const asked = await run.getMembership(ofStranger);
    if (asked === null) throw new Error("no membership");
    await run.sendMessage({ ...draft(), sender: stranger, membership: asked });
    const toAccept = await run.getMembership({ ...ofStranger, user_uuid: a.user_uuid });
    if (toAccept === null) throw new Error("no membership");
    await run.acceptRequest(toAccept);
    await run.sendMessage({ ...draft(), sender: a, membership: toAccept });
    await run.blockPerson(block);
    await run.unblockPerson(block);
    await run.isBlocked({ user_uuid: a.user_uuid, other_uuid: stranger.user_uuid });
    await run.listBlocked({ user_uuid: a.user_uuid, limit: 5 });
    await run.listBlocks({ user_uuid: a.user_uuid });

    const several = { message_group_uuid: randomUUID(), members: [a, b, c] };
    await run.blockPerson({ blocker_uuid: c.user_uuid, blocked_uuid: b.user_uuid });
    const client_id = randomUUID();
    await run.createMessageGroup({ ...several, client_id });
    await run.findRepeatedChange({ user_uuid: a.user_uuid, op_id: client_id });
    await run.listGroupsInCommon({ user_uuid: a.user_uuid, other_uuid: b.user_uuid, limit: 5 });
    const { message_group_uuid: group } = several;
    const byA = () => ({ message_group_uuid: group, actor: a, op_id: randomUUID() });
    await run.addMembers({ ...byA(), user_uuids: [randomUUID()] });
    await run.removeMember({ ...byA(), user_uuid: c.user_uuid });
    await run.renameGroup({ ...byA(), name: "Team" });
    await run.makeOwner({ ...byA(), user_uuid: b.user_uuid });
    await run.leaveGroup({ ...byA(), actor: b });
    await run.hasEnded({ message_group_uuid: group });
    await run.sendMessage({
      ...draft(),
      sender: a,
      membership: { ...membership, message_group_uuid: several.message_group_uuid },
    });
    // Without an inbox update both memberships are behind: each rebuild has one to write.
    await run.rebuildMembership({ ...ofA, message_group_uuid: several.message_group_uuid });
    await run.rebuildInboxes();

    await run.blockPerson(block);
    await run.listMemberships({ user_uuid: a.user_uuid, limit: 5 });
    await run.endPair({ ...ofA, other_uuid: b.user_uuid });
    await run.endPair({ ...ofB, other_uuid: a.user_uuid });
    await run.listFormerMessageGroups({ user_uuid: a.user_uuid, limit: 5 });
    await run.eraseMessages({ ...ofA, limit: 50 });
    await run.deletePersonalItems({ user_uuid: a.user_uuid });

    const [from, to] = [person("e"), person("f")];
    const lines = [1, 2, 1].map((speaker) => ({ person: speaker as 1 | 2, message: "hello" }));
    await run.loadConversation({ lines, from, to });

    const declared = Object.fromEntries(
      Object.entries(patterns).map(([name, pattern]) => [name, actionsOf({ [name]: pattern })]),
    );
    expect(seen).toEqual(declared);
  });

  it("are each in the list of a program, so that a role allows it and the documentation names it", async () => {
    const listed = new Set<AccessPattern>(Object.values(withUsedPatterns(patterns)));
    const folder = new URL("../src/access-patterns/", import.meta.url);
    for (const file of readdirSync(folder)) {
      const exported: Record<string, unknown> = await import(new URL(file, folder).href);
      for (const [name, value] of Object.entries(exported)) {
        if (typeof value !== "function" || !("accessPattern" in value)) continue;
        expect(listed, `${name} in ${file}`).toContain(value);
      }
    }
  });

  it("have the actions of the patterns that they use", () => {
    const define = (actions: readonly Action[], uses?: AccessPatterns): AccessPattern =>
      Object.assign(async () => null, {
        accessPattern: {
          question: "",
          key: "",
          cost: "",
          actions: { table: actions },
          ...(uses && { uses }),
        },
      });
    const inner = define(["GetItem", "PutItem"]);
    const outer = define(["Query", "GetItem"], { inner });
    expect(actionsOf({ outer })).toEqual({ table: ["GetItem", "PutItem", "Query"] });
    expect(Object.keys(withUsedPatterns({ outer }))).toEqual(["outer", "inner"]);
  });
});
