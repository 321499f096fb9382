import { randomUUID } from "node:crypto";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory, derivePairGroupUuid } from "@cruddur/contract/ids";
import { beforeAll, describe, expect, it } from "vitest";
import { bindAccessPatterns } from "../src/access-pattern.ts";
import { createProjection } from "../src/projection.ts";
import { erasurePatterns, serverPatterns } from "../src/roles.ts";
import {
  at,
  createGroup,
  historyOf,
  type Member,
  membershipOf,
  person,
  send,
  startPair,
  useTable,
} from "./support.ts";

const table = useTable();
const open = () =>
  bindAccessPatterns(
    {
      client: table.client,
      tableName: table.tableName,
      now: Date.now,
      mintMessageUuid: createMessageUuidFactory(),
    },
    { ...serverPatterns, ...erasurePatterns },
  );
let store: ReturnType<typeof open>;
beforeAll(() => {
  store = open();
});

/** Every item of the table that contains a text, except ended keys of the person's uuid. */
async function itemsWith(text: string): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateScan({ client: table.client }, { TableName: table.tableName });
  for await (const { Items = [] } of pages) {
    found.push(...Items.map((item) => JSON.stringify(item)).filter((item) => item.includes(text)));
  }
  return found;
}

const erase = async (id: { user_uuid: string; message_group_uuid: string }, limit = 2) => {
  const changed: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.eraseMessages({ ...id, limit, after });
    changed.push(...page.changed.map(({ uuid }) => uuid));
    if (page.next === null) return changed;
    after = page.next;
  }
};

const idOf = ({ user_uuid }: Member, message_group_uuid: string) => ({
  user_uuid,
  message_group_uuid,
});

describe("erasing what a person wrote", () => {
  it("leaves tombstones without text and names, takes their reactions away, and keeps others' messages", async () => {
    const [leaver, other] = [person(`leaver-${randomUUID()}`), person("other")];
    const first = await startPair(store, [leaver, other], "secret one");
    const { message_group_uuid } = first;
    const theirs = await send(store, other, message_group_uuid, "kept");
    for (const user_uuid of [leaver.user_uuid, other.user_uuid]) {
      const id = { message_group_uuid, message_uuid: theirs.uuid, user_uuid, op_id: randomUUID() };
      await store.addReaction({ ...id, emoji: "👍" });
    }
    for (const text of ["secret two", "secret three"]) {
      await send(store, leaver, message_group_uuid, text);
    }
    await store.endPair({ ...idOf(leaver, message_group_uuid), other_uuid: other.user_uuid });
    expect(await store.listFormerMessageGroups({ user_uuid: leaver.user_uuid, limit: 9 })).toEqual([
      message_group_uuid,
    ]);
    const changed = await erase(idOf(leaver, message_group_uuid));
    expect(changed).toHaveLength(4);
    expect(await erase(idOf(leaver, message_group_uuid))).toEqual([]);
    expect(await store.listFormerMessageGroups({ user_uuid: leaver.user_uuid, limit: 9 })).toEqual(
      [],
    );
    const history = await historyOf(store, message_group_uuid);
    expect(history.map(({ message }) => message)).toEqual(["", "kept", "", ""]);
    expect(history[1]?.reactions).toEqual([`${other.user_uuid}:👍`]);
    expect(history.filter(({ deleted_at }) => deleted_at !== undefined)).toHaveLength(3);
    // The stream's work on the tombstones clears the preview of the other person's membership.
    const projection = createProjection(table);
    const [tombstone] = history.slice(-1);
    if (tombstone === undefined) throw new Error("no message");
    await projection.updateMembership(idOf(other, message_group_uuid), [tombstone]);
    await projection.reviseMembership(idOf(other, message_group_uuid), [tombstone]);
    await store.deletePersonalItems(leaver);
    expect(await itemsWith(leaver.handle)).toEqual([]);
    expect(await itemsWith(leaver.display_name)).toEqual([]);
    expect(await itemsWith("secret")).toEqual([]);
  });

  it("finds groups that the person left or was removed from, and takes the names off system messages", async () => {
    const { message_group_uuid, members, by } = await createGroup(store, 3);
    const [owner, removed, left] = [at(members, 0), at(members, 1), at(members, 2)];
    await send(store, removed, message_group_uuid, "from the removed");
    await send(store, left, message_group_uuid, "from the one who left");
    await store.removeMember({ ...by(0), user_uuid: removed.user_uuid });
    await store.leaveGroup(by(2));
    for (const { user_uuid } of [removed, left]) {
      const groups = await store.listFormerMessageGroups({ user_uuid, limit: 9 });
      expect(groups).toEqual([message_group_uuid]);
      await erase({ user_uuid, message_group_uuid });
    }
    const history = await historyOf(store, message_group_uuid);
    const ofLeft = history.filter(({ user_uuid }) => user_uuid === left.user_uuid);
    expect(
      ofLeft.map(({ system_kind, message, handle }) => [system_kind, message, handle]),
    ).toEqual([
      [undefined, "", ""],
      ["left", "", ""],
    ]);
    expect(history.filter(({ handle }) => handle === owner.handle)).not.toEqual([]);
  });
});

describe("a pair that one person has left for good", () => {
  it("refuses the other person's messages like a block, and stays readable for them alone", async () => {
    const [leaver, other] = [person("leaver"), person("other")];
    const { message_group_uuid } = await startPair(store, [leaver, other]);
    const id = { ...idOf(leaver, message_group_uuid), other_uuid: other.user_uuid };
    await store.endPair(id);
    await store.endPair(id);
    expect(await store.getMembership(idOf(leaver, message_group_uuid))).toBeNull();
    const membership = await membershipOf(store, other, message_group_uuid);
    expect(membership).toMatchObject({
      refused: true,
      member_count: 1,
      other: { display_name: "", handle: "" },
    });
    const draft = { sender: other, client_id: randomUUID(), message: "hello?" };
    await expect(store.sendMessage({ ...draft, membership })).rejects.toMatchObject({
      code: "cannot_message",
    });
    // Both erased: the second one finds nobody.
    const both = { ...idOf(other, message_group_uuid), other_uuid: leaver.user_uuid };
    await store.endPair(both);
    expect(await store.listMemberUuids({ message_group_uuid })).toEqual([]);
  });
});

it("a pair of two erased people has ended, so that late stream records find nobody to tell and are done", async () => {
  const [a, b] = [person("a"), person("b")];
  const { message_group_uuid } = await startPair(store, [a, b]);
  expect(await createProjection(table).hasEnded({ message_group_uuid })).toBe(false);
  for (const [leaver, other] of [
    [a, b],
    [b, a],
  ] as const) {
    await store.endPair({ ...idOf(leaver, message_group_uuid), other_uuid: other.user_uuid });
    await store.eraseMessages({ ...idOf(leaver, message_group_uuid), limit: 100 });
  }
  expect(await createProjection(table).hasEnded({ message_group_uuid })).toBe(true);
});

it("an erasure leaves no block, send claim or hidden message of the person, nor copies with others", async () => {
  const [leaver, blocked, blocker] = [person("a"), person("b"), person("c")];
  const first = await startPair(store, [leaver, blocked]);
  const id = idOf(leaver, first.message_group_uuid);
  await store.hideMessage({ ...id, message_uuid: first.uuid });
  await store.blockPerson({ blocker_uuid: leaver.user_uuid, blocked_uuid: blocked.user_uuid });
  await store.blockPerson({ blocker_uuid: blocker.user_uuid, blocked_uuid: leaver.user_uuid });
  await store.fileConversation(id, "pin");
  for (let run = 0; run < 2; run += 1) await store.deletePersonalItems(leaver);
  for (const prefix of ["CLM#", "HID#", "BLK#", "PNS#"]) {
    expect(await itemsWith(prefix + leaver.user_uuid), prefix).toEqual([]);
  }
  expect(await itemsWith(`"~${leaver.user_uuid}"`)).toEqual([]);
  expect(await itemsWith(`"BLK#${blocker.user_uuid}"`)).toEqual([]);
});

it("memberships are listed in an order that never changes, page by page, each once", async () => {
  const someone = person("someone");
  const others = [person("x"), person("y"), person("z")];
  for (const other of others) await startPair(store, [someone, other]);
  const expected = others
    .map(({ user_uuid }) => derivePairGroupUuid(someone.user_uuid, user_uuid))
    .sort();
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.listMemberships({ ...someone, limit: 2, after });
    found.push(...page.items.map(({ message_group_uuid }) => message_group_uuid));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(found).toEqual(expected);
});
