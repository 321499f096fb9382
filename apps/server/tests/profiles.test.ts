import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { makeJpeg } from "./support/jpeg.ts";
import { signIn, useServer, uuidOf } from "./support/stack.ts";

const { stack, server } = useServer();
const clients = {} as Record<"andrewbrown" | "bayko", Client>;
let token = "";

beforeAll(async () => {
  for (const handle of ["andrewbrown", "bayko"] as const) {
    const { access_token } = await signIn(server, handle);
    clients[handle] = createClient(server.url, access_token);
    token = access_token;
  }
});

const SCRIPT = "<script>alert(1)</script>";
const base64 = (file: string | Buffer) => Buffer.from(file).toString("base64");
const andrew = uuidOf("andrewbrown");

test("a picture is served as an image that can do nothing else, at an address that says what it shows", async () => {
  const { users } = clients.andrewbrown;
  const image = base64(makeJpeg({ metadata: SCRIPT, after: SCRIPT }));
  const { avatar } = await users.setAvatar.mutate({ image });
  expect(
    await clients.bayko.users.avatars.query({ user_uuids: [andrew, uuidOf("bayko")] }),
  ).toEqual([{ user_uuid: andrew, avatar }]);
  const response = await fetch(`${server.url}${avatar}`);
  const body = Buffer.from(await response.arrayBuffer());
  expect(avatar).toBe(`/avatars/${createHash("sha256").update(body).digest("hex")}.jpg`);
  expect(body.toString("latin1")).not.toContain("script");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "image/jpeg",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=31536000, immutable",
    "cross-origin-resource-policy": "same-origin",
  });

  expect(await users.setAvatar.mutate({ image: null })).toEqual({ avatar: null });
  expect((await fetch(`${server.url}${avatar}`)).status).toBe(404);
  expect(await clients.bayko.users.avatars.query({ user_uuids: [andrew] })).toEqual([]);
});

test("no hostile file becomes a picture", async () => {
  const files = {
    svg: base64(`<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`),
    html: base64(`<html>${SCRIPT}</html>`),
    png: base64(Buffer.from("\u0089PNG\r\n\u001a\n", "latin1")),
    polyglot: base64(`\u00ff\u00d8\u00ff/*${SCRIPT}*/`),
    huge: base64(makeJpeg({ width: 65_535, height: 65_535 })),
    notBase64: "%%%",
    tooLong: base64(Buffer.alloc(100_000)),
  };
  for (const [name, image] of Object.entries(files)) {
    const refused = await refusalOf(clients.andrewbrown.users.setAvatar.mutate({ image }));
    expect(refused, name).toEqual({ status: 422, app_code: "avatar_invalid" });
  }
  const huge = fetch(`${server.url}/trpc/users.setAvatar`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ image: "A".repeat(10_000_000) }),
  });
  expect((await huge).status).toBe(413);
  for (const path of ["/avatars/", "/avatars/x.svg", `/avatars/${"0".repeat(64)}.jpg`]) {
    expect((await fetch(server.url + path)).status, path).toBe(404);
  }
});

test("a profile says since when, and the groups in common; nobody changes pictures without end", async () => {
  const members = (["andrewbrown", "bayko", "londo"] as const).map((handle) => ({
    ...{ user_uuid: uuidOf(handle), handle, display_name: handle },
  }));
  const message_group_uuid = crypto.randomUUID();
  const group = { message_group_uuid, client_id: crypto.randomUUID(), name: "Team", members };
  await stack.store.createMessageGroup(group);
  const profile = await clients.bayko.users.profile.query({ user_uuid: andrew });
  expect(profile).toMatchObject({ uuid: andrew, handle: "andrewbrown", avatar: null });
  expect(Date.parse(profile.since)).toBeLessThanOrEqual(Date.now());
  expect(profile.groups_in_common).toMatchObject([{ uuid: message_group_uuid, name: "Team" }]);
  const unknown = clients.bayko.users.profile.query({ user_uuid: crypto.randomUUID() });
  expect(await refusalOf(unknown)).toEqual({ status: 422, app_code: "user_not_found" });

  const change = () => clients.bayko.users.setAvatar.mutate({ image: null });
  for (let changes = 0; changes < 10; changes += 1) await change();
  expect(await refusalOf(change())).toEqual({ status: 429, app_code: "rate_limited" });
});
