import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { MUTED_FOR_GOOD } from "@cruddur/contract/limits";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Ids, MATRIX } from "./support/authorisation-matrix.ts";
import { callPath } from "./support/call-path.ts";
import { type Handle, signIn, useServer, uuidOf } from "./support/stack.ts";

const MANY = "100000/1";
const { stack, server } = useServer({
  LIMIT_GROUPS: MANY,
  LIMIT_CHANGES: MANY,
  LIMIT_LOOKUPS: MANY,
  LIMIT_USER_REPORTS: MANY,
});

const member = (handle: Handle): Member => ({
  ...{ user_uuid: uuidOf(handle), handle, display_name: handle },
});
/** A person of one test alone, who signs in nowhere. */
const somebody = (): Member => ({
  ...{ user_uuid: randomUUID(), handle: `p-${randomUUID()}`, display_name: "Somebody" },
});

const tokens = new Map<Handle, string>();
beforeAll(async () => {
  for (const handle of ["andrewbrown", "bayko", "londo"] as const) {
    tokens.set(handle, (await signIn(server, handle)).access_token);
  }
});

/** Only a few conversations can be pinned, and every role pins one. */
afterEach(async () => {
  for (const handle of tokens.keys()) {
    const user_uuid = uuidOf(handle);
    const { items } = await stack.store.listInbox({ user_uuid, folder: "pinned", limit: 100 });
    for (const membership of items) await stack.store.fileConversation(membership, "unpin");
  }
});

async function send(sender: Member, message_group_uuid: string): Promise<StoredMessage> {
  const { user_uuid } = sender;
  const membership = await stack.store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  const message = { sender, membership, client_id: createClientId(), message: "hello" };
  return stack.store.sendMessage(message);
}

const idsOf = ([message, deletable]: StoredMessage[]): Ids => {
  if (message === undefined || deletable === undefined) throw new Error("too few messages");
  const { message_group_uuid, uuid } = message;
  return { message_group_uuid, message_uuid: uuid, deletable_uuid: deletable.uuid };
};

/** A group of Andrew, who owns it and wrote two messages, and of Bayko and Londo. */
async function createGroup(): Promise<Ids> {
  const owner = member("andrewbrown");
  const { message_group_uuid } = await stack.store.createMessageGroup({
    ...{ message_group_uuid: randomUUID(), client_id: randomUUID() },
    members: [owner, member("bayko"), member("londo")],
  });
  return idsOf([await send(owner, message_group_uuid), await send(owner, message_group_uuid)]);
}

/** A conversation that one person began with two messages. */
async function createPair(
  sender: Member,
  receiver: Member,
  firstMessage: "accepted" | "inbox" = "accepted",
): Promise<Ids> {
  const draft = { sender, receiver, client_id: createClientId(), message: "hello", firstMessage };
  const first = await stack.store.sendToPerson(draft);
  return idsOf([first, await send(sender, first.message_group_uuid)]);
}

const ofLondo = ({ message_group_uuid }: Ids) => ({
  ...{ message_group_uuid, user_uuid: uuidOf("londo") },
});

interface Role {
  caller: Handle;
  /** Makes a conversation in which the caller has the role. */
  start: () => Promise<Ids>;
  /** How each members' procedure is refused; one that isn't named is served. */
  refused: Record<string, string>;
}

const MEMBERS_ONLY = Object.keys(MATRIX).filter((path) => MATRIX[path]?.membersOnly);
/** They accept a request, which would make another role of the caller's for the procedures after them. */
const CHANGES_ROLE = new Set(["messages.create", "messageGroups.accept"]);
const refuseAll = Object.fromEntries(MEMBERS_ONLY.map((path) => [path, "not_a_member"]));
const NOT_OWN = { "messages.edit": "not_the_sender", "messages.delete": "not_the_sender" };
const NOT_OWNER = {
  "messageGroups.remove": "not_the_owner",
  "messageGroups.makeOwner": "not_the_owner",
};
const NOT_A_GROUP = Object.fromEntries(
  ["rename", "add", "remove", "leave", "makeOwner"].map((name) => [
    `messageGroups.${name}`,
    "not_a_group",
  ]),
);
/** Whoever may not write may not change what is written, either. */
const SILENCED = Object.fromEntries(
  ["create", "edit", "react"].map((name) => [`messages.${name}`, "cannot_message"]),
);

const ROLES: Record<string, Role> = {
  owner: { caller: "andrewbrown", start: createGroup, refused: {} },
  member: { caller: "londo", start: createGroup, refused: { ...NOT_OWN, ...NOT_OWNER } },
  "member who was removed": {
    caller: "londo",
    start: async () => {
      const ids = await createGroup();
      const change = { actor: member("andrewbrown"), op_id: randomUUID(), ...ofLondo(ids) };
      await stack.store.removeMember(change);
      return ids;
    },
    refused: refuseAll,
  },
  stranger: {
    caller: "londo",
    start: () => createPair(member("andrewbrown"), somebody()),
    refused: refuseAll,
  },
  "member who has muted the conversation": {
    caller: "londo",
    start: async () => {
      const ids = await createGroup();
      await stack.store.muteConversation(ofLondo(ids), { muted_until: MUTED_FOR_GOOD });
      return ids;
    },
    refused: { ...NOT_OWN, ...NOT_OWNER },
  },
  "member who has archived the conversation": {
    caller: "londo",
    start: async () => {
      const ids = await createGroup();
      await stack.store.fileConversation(ofLondo(ids), "archive");
      return ids;
    },
    refused: { ...NOT_OWN, ...NOT_OWNER },
  },
  "person who has not accepted a request": {
    caller: "londo",
    start: () => createPair(somebody(), member("londo"), "inbox"),
    refused: { ...NOT_OWN, ...NOT_A_GROUP },
  },
  "person whose request is not accepted": {
    caller: "londo",
    start: () => createPair(member("londo"), somebody(), "inbox"),
    refused: NOT_A_GROUP,
  },
  "person who is blocked": {
    caller: "londo",
    start: async () => {
      const blocker = somebody();
      const ids = await createPair(member("londo"), blocker);
      const blocked_uuid = uuidOf("londo");
      await stack.store.blockPerson({ blocker_uuid: blocker.user_uuid, blocked_uuid });
      return ids;
    },
    refused: { ...NOT_A_GROUP, ...SILENCED },
  },
  "person who blocks": {
    caller: "londo",
    start: async () => {
      const blocked = somebody();
      const ids = await createPair(member("londo"), blocked);
      const blocker_uuid = uuidOf("londo");
      await stack.store.blockPerson({ blocker_uuid, blocked_uuid: blocked.user_uuid });
      return ids;
    },
    refused: { ...NOT_A_GROUP, ...SILENCED },
  },
};

describe.each(Object.keys(ROLES))("a %s", (name) => {
  const { caller, start, refused } = ROLES[name] as Role;

  test("is served by exactly the procedures that are theirs", async () => {
    const shared = await start();
    const answers: [string, string | undefined][] = [];
    for (const path of MEMBERS_ONLY) {
      const row = MATRIX[path];
      const isOwn = row?.ownGroup || CHANGES_ROLE.has(path);
      const input = row?.input(isOwn ? await start() : shared);
      const { app_code } = await callPath(server, path, input, `Bearer ${tokens.get(caller)}`);
      answers.push([path, app_code]);
    }
    const expected = MEMBERS_ONLY.map((path) => [path, refused[path]]);
    expect(answers).toEqual(expected);
  });
});
