import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { startUserPool } from "@cruddur/engines/user-pool";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { appRouter } from "../src/router.ts";
import { type Ids, MATRIX } from "./support/authorisation-matrix.ts";
import { callPath } from "./support/call-path.ts";
import { erase } from "./support/erase.ts";
import { PASSWORD, signIn, useServer, uuidOf } from "./support/stack.ts";

const paths = Object.keys(appRouter._def.procedures);

const { stack, server } = useServer();
const call = (path: string, input: unknown, authorization: string | undefined) =>
  callPath(server, path, input, authorization);
let ids: Ids;
const tokens = new Map<string, string>();

let createGroup: () => Promise<string>;

beforeAll(async () => {
  const [member, other, stranger] = await Promise.all([
    signIn(server, "andrewbrown"),
    signIn(server, "bayko"),
    signIn(server, "londo"),
  ]);
  const members = [member, other].map(({ user }) => ({
    user_uuid: user.uuid,
    handle: user.handle,
    display_name: user.display_name,
  }));
  const third = { user_uuid: randomUUID(), handle: "third", display_name: "Third" };
  createGroup = async () => {
    const group = { message_group_uuid: randomUUID(), client_id: randomUUID() };
    await stack.store.createMessageGroup({ ...group, members: [...members, third] });
    return group.message_group_uuid;
  };
  const message_group_uuid = await createGroup();
  const user_uuid = member.user.uuid;
  const membership = await stack.store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  const send = (message: string) =>
    stack.store.sendMessage({
      membership,
      sender: { user_uuid, handle: "andrewbrown", display_name: "Andrew Brown" },
      client_id: createClientId(),
      message,
    });
  const message = await send("for three");
  const deletable = await send("to be deleted");
  ids = { message_group_uuid, message_uuid: message.uuid, deletable_uuid: deletable.uuid };

  const { sub } = JSON.parse(
    Buffer.from(member.access_token.split(".")[1] ?? "", "base64url").toString(),
  ) as { sub: string };
  await using otherPool = await startUserPool();
  tokens.set("member", member.access_token);
  tokens.set("stranger", stranger.access_token);
  tokens.set(
    "expired",
    await stack.pool.signToken({ sub, exp: Math.floor(Date.now() / 1000) - 60 }),
  );
  tokens.set(
    "id token",
    await stack.pool.signToken({
      sub,
      token_use: "id",
      aud: stack.pool.clientId,
      client_id: undefined,
    }),
  );
  tokens.set("other pool", await otherPool.signToken({ sub, client_id: stack.pool.clientId }));
  tokens.set(
    "other pool under our issuer",
    await otherPool.signToken({ sub, iss: stack.pool.issuer, client_id: stack.pool.clientId }),
  );
  tokens.set("wrong client", await stack.pool.signToken({ sub, client_id: "someone-elses" }));
  tokens.set("no sub", await stack.pool.signToken({ sub: undefined }));
  const erased = { handle: "erased", email: "erased@example.com", display_name: "Erased" };
  await stack.pool.createUser({ ...erased, password: PASSWORD });
  const { access_token, user } = await signIn(server, "erased");
  tokens.set("erased person", access_token);
  await erase(stack, user.uuid);
  // The server learns of it from a notice.
  await vi.waitFor(async () => {
    const { status } = await call("users.me", undefined, `Bearer ${access_token}`);
    if (status !== 401) throw new Error("the erased person is still served");
  });
  const [header, , signature] = member.access_token.split(".");
  tokens.set(
    "tampered",
    `${header}.${Buffer.from('{"sub":"x"}').toString("base64url")}.${signature}`,
  );
});

test("every procedure has a row in the matrix, and every row has a procedure", () => {
  expect(Object.keys(MATRIX).sort()).toEqual(paths.sort());
});

describe.each(paths)("%s", (path) => {
  const row = MATRIX[path];
  let own: Ids;
  const input = () => row?.input(own);
  beforeAll(async () => {
    own = row?.ownGroup ? { ...ids, message_group_uuid: await createGroup() } : ids;
  });
  const bearer = (who: string) => `Bearer ${tokens.get(who)}`;

  test.each([
    ["expired", "token_expired"],
    ["id token", "unauthenticated"],
    ["other pool", "unauthenticated"],
    ["other pool under our issuer", "unauthenticated"],
    ["wrong client", "unauthenticated"],
    ["tampered", "unauthenticated"],
    ["erased person", "unauthenticated"],
    ["no sub", "cognito_user_id_blank"],
  ])("refuses a token: %s", async (who, app_code) => {
    expect(await call(path, input(), bearer(who))).toEqual({ status: 401, app_code });
  });

  test("refuses a missing and a malformed authorization header", async () => {
    const malformed = [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      "Bearer a b",
      "Bearer a.b.c",
      "Basic eDp5",
      "b",
      "Bearer ..",
    ];
    for (const authorization of malformed) {
      const refused = await call(path, input(), authorization);
      expect(refused, String(authorization)).toEqual({ status: 401, app_code: "unauthenticated" });
    }
  });

  test(
    row?.membersOnly
      ? "refuses strangers, alike where there is no such group"
      : "is nobody's in particular: it serves whoever is signed in",
    async () => {
      const expected = row?.membersOnly
        ? { status: 403, app_code: "not_a_member" }
        : (row?.answer ?? { status: 200, app_code: undefined });
      expect(await call(path, input(), bearer("stranger"))).toEqual(expected);
      const nowhere = row?.input({ ...ids, message_group_uuid: randomUUID() });
      expect(await call(path, nowhere, bearer("member"))).toEqual(expected);
    },
  );

  test("serves a member", async () => {
    expect(await call(path, input(), bearer("member"))).toEqual(row?.answer ?? { status: 200 });
  });
});

test("a message to a conversation of others, or to none, is not stored", async () => {
  const nowhere = randomUUID();
  const before = await stack.store.listMessages({ joined_after: null, ...ids, limit: 100 });
  for (const message_group_uuid of [ids.message_group_uuid, nowhere]) {
    const input = { message_group_uuid, message: "let me in", client_id: createClientId() };
    await call("messages.create", input, `Bearer ${tokens.get("stranger")}`);
  }
  expect(await stack.store.listMessages({ joined_after: null, ...ids, limit: 100 })).toEqual(
    before,
  );
  const orphans = await stack.store.listMessages({
    joined_after: null,
    message_group_uuid: nowhere,
    limit: 1,
  });
  expect(orphans.items).toEqual([]);
});

test("another member can neither edit nor delete a person's message", async () => {
  const { access_token } = await signIn(server, "bayko");
  for (const path of ["messages.edit", "messages.delete"]) {
    const refused = await call(path, MATRIX[path]?.input(ids), `Bearer ${access_token}`);
    expect(refused, path).toEqual({ status: 403, app_code: "not_the_sender" });
  }
});

test("a member who was removed is refused in that conversation and in no other", async () => {
  const { message_group_uuid } = ids;
  const actor = { user_uuid: uuidOf("andrewbrown"), handle: "andrewbrown", display_name: "Andrew" };
  await stack.store.leaveGroup({ message_group_uuid, actor, op_id: randomUUID() });
  for (const path of paths) {
    const { status } = await call(path, MATRIX[path]?.input(ids), `Bearer ${tokens.get("member")}`);
    const { membersOnly, answer } = MATRIX[path] ?? {};
    expect(status, path).toBe(membersOnly ? 403 : (answer?.status ?? 200));
  }
});
