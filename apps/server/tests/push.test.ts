import { createPushSubscriptions } from "@cruddur/db/push-subscriptions";
import { beforeAll, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import { createOwnAccountHelpers } from "./support/own-account.ts";
import { postJson, type SignedIn, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60" });
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => void Object.assign(helpers, createOwnAccountHelpers(stack, server)));

const push = ({ access_token }: SignedIn) => createClient(server.url, access_token).push;
const keys = { p256dh: `B${"c".repeat(86)}`, auth: "d".repeat(22) };
const endpointOf = (name: string) => `https://fcm.googleapis.com/fcm/send/${name}`;
const subscribe = (who: SignedIn, name: string) =>
  push(who).subscribe.mutate({ endpoint: endpointOf(name), keys });
const receivers = async (...people: SignedIn[]) => {
  const uuids = people.map(({ user }) => user.uuid);
  const list = await createPushSubscriptions(stack.postgres.db).listReceivers(uuids);
  return list.map(({ endpoint }) => endpoint.split("/").at(-1)).sort();
};
const stored = async (name: string) =>
  (
    await stack.postgres.pool.query("select from push_subscriptions where endpoint = $1", [
      endpointOf(name),
    ])
  ).rowCount;

test("a browser subscribes once, however often it says so, and stops when it says so", async () => {
  const owner = await helpers.createPerson("pushed");
  expect((await push(owner).key.query()).public_key).toBe(stack.env.VAPID_PUBLIC_KEY);
  await subscribe(owner, "one");
  await subscribe(owner, "one");
  await subscribe(owner, "two");
  expect(await receivers(owner)).toEqual(["one", "two"]);
  const stranger = await helpers.createPerson("unpushed");
  await push(stranger).unsubscribe.mutate({ endpoint: endpointOf("one") });
  expect(await receivers(owner)).toEqual(["one", "two"]);
  await push(owner).unsubscribe.mutate({ endpoint: endpointOf("one") });
  expect(await receivers(owner)).toEqual(["two"]);
});

test("a sign-out drops the subscription of that browser alone, one everywhere drops the others", async () => {
  const phone = await helpers.createPerson("leaver");
  const laptop = await signIn(server, "leaver");
  const tablet = await signIn(server, "leaver");
  await Promise.all([subscribe(phone, "phone"), subscribe(laptop, "laptop")]);
  await subscribe(tablet, "tablet");
  await postJson(`${server.url}/session`, {}, { cookie: phone.cookie }, "DELETE");
  expect(await receivers(laptop)).toEqual(["laptop", "tablet"]);
  expect(await stored("phone")).toBe(0);
  const { sessions } = await createClient(server.url, laptop.access_token).users.security.query();
  const other = sessions.find(({ is_current }) => !is_current)?.uuid ?? "";
  await createClient(server.url, laptop.access_token).users.endSession.mutate({
    session_uuid: other,
  });
  expect(await receivers(laptop)).toEqual(["laptop"]);
  expect(await stored("tablet")).toBe(0);
});

test("the next person who signs in on a browser takes its subscription over", async () => {
  const [first, second] = [await helpers.createPerson("first"), await helpers.createPerson("next")];
  await subscribe(first, "shared");
  await subscribe(second, "shared");
  expect(await receivers(first)).toEqual([]);
  expect(await receivers(second)).toEqual(["shared"]);
});

test("more browsers than a person uses make room, the oldest first", async () => {
  const owner = await helpers.createPerson("many");
  for (let i = 0; i < 21; i += 1) await subscribe(owner, `many-${i}`);
  const list = await receivers(owner);
  expect(list).toHaveLength(20);
  expect(list).not.toContain("many-0");
});

test.each([
  "http://169.254.169.254/latest/meta-data",
  "http://127.0.0.1:9464/metrics",
  "https://example.com/push",
  "https://fcm.googleapis.com.example.com/push",
  "file:///etc/passwd",
])("the address %s of no push service is refused", async (endpoint) => {
  const owner = await signIn(server, "andrewbrown");
  expect(await refusalOf(push(owner).subscribe.mutate({ endpoint, keys }))).toMatchObject({
    app_code: "invalid_input",
  });
  expect(await receivers(owner)).toEqual([]);
});
