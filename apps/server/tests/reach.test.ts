import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { describe, expect, test } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { PASSWORD, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer();
const refused = { status: 403, app_code: "cannot_message" };

interface Person {
  uuid: string;
  handle: string;
  client: Client;
}

/** People whom nobody has written to. */
const createPeople = (...names: string[]): Promise<Person[]> =>
  Promise.all(
    names.map(async (name) => {
      const handle = `${name}-${randomUUID().slice(0, 8)}`;
      const email = `${handle}@example.com`;
      await stack.pool.createUser({ handle, display_name: name, email, password: PASSWORD });
      const { access_token, user } = await signIn(server, handle);
      return { uuid: user.uuid, handle, client: createClient(server.url, access_token) };
    }),
  );
const three = async (): Promise<[Person, Person, Person]> =>
  (await createPeople("ana", "ben", "cy")) as [Person, Person, Person];

const send = (from: Person, to: Person) =>
  from.client.messages.create.mutate({
    ...{ handle: to.handle, message: "hello", client_id: createClientId() },
  });
const createGroup = async (by: Person, ...others: Person[]) => {
  const handles = others.map(({ handle }) => handle);
  const group = { handles, client_id: createClientId() };
  return (await by.client.messageGroups.create.mutate(group)).message_group_uuid;
};
const foldersOf = async ({ client }: Person) => {
  const list = async (folder: "inbox" | "requests") =>
    (await client.messageGroups.list.query({ folder })).items.map(({ uuid }) => uuid);
  return { inbox: await list("inbox"), requests: await list("requests") };
};

describe("a person decides", () => {
  test("whether strangers' first messages go to the inbox, to the requests, or are refused", async () => {
    const [ana, ben, cy] = await three();
    await send(ana, ben);
    const settings = await ben.client.users.update.mutate({ first_messages: "requests" });
    expect(settings).toMatchObject({ first_messages: "requests", searchable: true });
    const { message_group_uuid } = await send(cy, ben);
    const { inbox, requests } = await foldersOf(ben);
    expect([inbox.length, requests]).toEqual([1, [message_group_uuid]]);
    const accepted = await ben.client.messageGroups.accept.mutate({ message_group_uuid });
    expect(accepted).toMatchObject({ folder: "inbox", request: null });

    await ben.client.users.update.mutate({ first_messages: "refused" });
    const [dan] = (await createPeople("dan")) as [Person];
    expect(await refusalOf(send(dan, ben))).toEqual(refused);
    await send(cy, ben);
    expect((await foldersOf(dan)).inbox).toEqual([]);
  });

  test("who may add them to groups, and what a stranger's addition is", async () => {
    const [ana, ben, cy] = await three();
    const message_group_uuid = await createGroup(ana, ben, cy);
    const of = (person: Person) => person.client.messageGroups.get.query({ message_group_uuid });
    expect(await of(ben)).toMatchObject({ request: "received", requested_by: { uuid: ana.uuid } });
    expect(await of(ana)).toMatchObject({ request: null, requested_by: null });

    const set = (group_additions: "acquaintances" | "nobody") =>
      ben.client.users.update.mutate({ group_additions });
    await set("acquaintances");
    expect(await refusalOf(createGroup(ana, ben, cy))).toEqual(refused);
    await send(ben, ana);
    const known = await createGroup(ana, ben, cy);
    const detail = await ben.client.messageGroups.get.query({ message_group_uuid: known });
    expect(detail.request).toBeNull();
    await set("nobody");
    expect(await refusalOf(createGroup(ana, ben, cy))).toEqual(refused);
    const handles = [ben.handle];
    const [dan] = (await createPeople("dan")) as [Person];
    const without = await createGroup(ana, cy, dan);
    const addition = { message_group_uuid: without, handles, op_id: randomUUID() };
    expect(await refusalOf(ana.client.messageGroups.add.mutate(addition))).toEqual(refused);
  });

  test("whether a search finds them, while their handle goes on leading to them", async () => {
    const [ana, ben] = await three();
    const find = async () =>
      (await ana.client.users.search.query({ query: ben.handle })).items.some(
        ({ uuid }) => uuid === ben.uuid,
      );
    expect(await find()).toBe(true);
    await ben.client.users.update.mutate({ searchable: false });
    expect(await find()).toBe(false);
    expect(await ana.client.users.short.query({ handle: ben.handle })).toMatchObject({
      uuid: ben.uuid,
    });
  });
});

describe("in a group, two people of whom one has blocked the other", () => {
  test("see neither receipts nor typing of each other, and only the blocker's view has changed", async () => {
    const [ana, ben, cy] = await three();
    for (const [from, to] of [
      [ana, ben],
      [ben, ana],
      [ana, cy],
      [cy, ana],
    ] as const)
      await send(from, to);
    const message_group_uuid = await createGroup(ana, ben, cy);
    const group = (person: Person) => person.client.messageGroups.get.query({ message_group_uuid });
    const message = await ana.client.messages.create.mutate({
      ...{ message_group_uuid, message: "all", client_id: createClientId() },
    });
    const read = { message_group_uuid, message_uuid: message.uuid };
    for (const { client } of [ana, ben, cy]) await client.messageGroups.markRead.mutate(read);
    const heard = async (person: Person) => {
      const events: LiveEvent[] = [];
      const onData = ({ data }: { data: LiveEvent }) => void events.push(data);
      const connection = person.client.live.events.subscribe(undefined, { onData });
      await expect.poll(() => events.length).toBe(1);
      return { events, connection };
    };
    const before = await group(ben);
    await ana.client.users.block.mutate({ user_uuid: ben.uuid });
    const [anas, bens] = [await heard(ana), await heard(ben)];
    expect((await group(ana)).hidden_senders).toEqual([ben.uuid]);
    const markerIn = async (of: Person, by: Person) =>
      (await group(by)).members.find(({ uuid }) => uuid === of.uuid)?.read_message_uuid;
    expect([await markerIn(ben, ana), await markerIn(ana, ben)]).toEqual([null, null]);
    expect(await markerIn(cy, ana)).toBe(message.uuid);
    const { members, ...rest } = await group(ben);
    expect({ ...rest, members: [] }).toEqual({ ...before, members: [] });
    expect(members.length).toBe(before.members.length);

    for (const { client } of [ana, ben, cy]) {
      await client.messages.typing.mutate({ message_group_uuid });
    }
    const typists = ({ events }: typeof anas) =>
      events.flatMap((event) => (event.type === "typing" ? [event.user_uuid] : []));
    await expect.poll(() => [typists(anas), typists(bens)]).toEqual([[cy.uuid], [cy.uuid]]);
    for (const { connection } of [anas, bens]) connection.unsubscribe();
  });

  test("see no receipts and no typing of a member who has not accepted the group", async () => {
    const [ana, ben, cy] = await three();
    const message_group_uuid = await createGroup(ana, ben, cy);
    const message = await ana.client.messages.create.mutate({
      ...{ message_group_uuid, message: "all", client_id: createClientId() },
    });
    const marker = async () =>
      (await ana.client.messageGroups.get.query({ message_group_uuid })).members.find(
        ({ uuid }) => uuid === ben.uuid,
      )?.read_message_uuid;
    await ben.client.messageGroups.markRead.mutate({
      message_group_uuid,
      message_uuid: message.uuid,
    });
    expect(await marker()).toBeNull();
    await ben.client.messageGroups.accept.mutate({ message_group_uuid });
    expect(await marker()).toBe(message.uuid);
  });
});
