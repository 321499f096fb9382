import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { createErasures } from "@cruddur/db/erasures";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { createSessionRecords } from "@cruddur/db/session-records";
import type { ExportLine } from "@cruddur/own-data/export-line";
import { beforeAll, describe, expect, test } from "vitest";
import { toExportStream } from "../src/own-data/export-stream.ts";
import { endWithSessions } from "../src/own-data/own-data.ts";
import { createClient } from "./support/client.ts";
import { erase } from "./support/erase.ts";
import { createOwnAccountHelpers } from "./support/own-account.ts";
import { PASSWORD, postJson, type SignedIn, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60", LIMIT_CODES: "1000/60" });
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => void Object.assign(helpers, createOwnAccountHelpers(stack, server)));
const clientOf = ({ access_token }: SignedIn) => createClient(server.url, access_token);
const download = (ticket: string) =>
  fetch(`${server.url}/account/export/download`, {
    method: "POST",
    body: new URLSearchParams({ ticket }),
  });
const events = async (handle: string, user_uuid: string) =>
  (await createSecurityEvents(stack.postgres.db).list({ user_uuid, handle }, 20)).map(
    ({ event, outcome }) => `${event} ${outcome}`,
  );

describe("an export", () => {
  test("is downloaded once with a ticket that the password gets, three times a day", async () => {
    const owner = await helpers.createPerson("exporting");
    await helpers.createPerson("exported");
    const message = "a message of mine";
    await clientOf(owner).messages.create.mutate({
      ...{ handle: "exported", message, client_id: createClientId() },
    });
    const ask = (password: string) => helpers.call(owner, "/account/export", { password });
    expect(await ask("guess")).toMatchObject({ status: 422, app_code: "password_wrong" });
    const { body } = await ask(PASSWORD);
    const ticket = body.ticket ?? "";
    const answer = await download(ticket);
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="cruddur-exporting-\d{4}-\d\d-\d\d\.jsonl"$/,
    );
    const lines = (await answer.text()).trim().split("\n");
    const types = lines.map((line) => (JSON.parse(line) as ExportLine).type);
    expect([...new Set(types)]).toEqual([
      ...["export", "profile", "settings", "session", "security_event", "conversation"],
      ...["message", "checkpoint", "end"],
    ]);
    expect(lines[types.indexOf("message")]).toContain(message);
    for (const spent of [ticket, `${ticket.slice(0, -43)}${"A".repeat(43)}`, "x", ""]) {
      expect((await download(spent)).status, spent).toBe(401);
    }
    await ask(PASSWORD);
    await ask(PASSWORD);
    expect(await ask(PASSWORD)).toMatchObject({ status: 429, app_code: "rate_limited" });
    expect(await events("exporting", owner.user.uuid)).toContain("export ok");
    expect(server.logs()).not.toContain(ticket);
  });

  test("ends when all sessions of its person do, also in the middle, and a ticket with them", async () => {
    const owner = await helpers.createPerson("robbed");
    const { body } = await helpers.call(owner, "/account/export", { password: PASSWORD });
    await createSessionRecords(stack.postgres.db).endAllSessions(owner.user.uuid);
    expect((await download(body.ticket ?? "")).status).toBe(401);
    const checkpoint = { type: "checkpoint" } as ExportLine;
    let isGoingOn = true;
    async function* pages(): AsyncGenerator<ExportLine, void> {
      for (;;) yield checkpoint;
    }
    const lines = endWithSessions(pages(), async () => isGoingOn);
    for (let n = 0; n < 3; n += 1) expect(await lines.next()).toMatchObject({ value: checkpoint });
    isGoingOn = false;
    await expect(lines.next()).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("reads further only as its client takes it, and ends when nothing is taken", async () => {
    let [read, isClosed] = [0, false];
    async function* endless(): AsyncGenerator<ExportLine, void> {
      try {
        for (; ; read += 1) yield { type: "settings", text: "x".repeat(1_000) };
      } finally {
        isClosed = true;
      }
    }
    const reader = toExportStream(endless(), 20).getReader();
    for (let chunks = 1; chunks <= 3; chunks += 1) {
      await reader.read();
      // What was taken, and one chunk ahead.
      expect(read).toBeLessThan((chunks + 2) * 66);
    }
    await expect.poll(() => isClosed).toBe(true);
    await expect(reader.closed).rejects.toThrow("not received");
  });
});

describe("an erasure", () => {
  test("needs the password, comes in 7 days, is told by mail, and can be undone until then", async () => {
    const owner = await helpers.createPerson("leaving");
    const ask = (password: string) => helpers.call(owner, "/account/erasure", { password });
    expect(await ask("guess")).toMatchObject({ status: 422, app_code: "password_wrong" });
    expect(await clientOf(owner).users.erasure.query()).toBeNull();
    const asked = await ask(PASSWORD);
    const days = (Date.parse(asked.body.due_at ?? "") - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    expect((await ask(PASSWORD)).body).toEqual(asked.body);
    const again = await signIn(server, "leaving");
    expect(await clientOf(again).users.erasure.query()).toEqual(asked.body);
    const keep = () => helpers.call(again, "/account/erasure", {}, "DELETE");
    expect(await keep()).toMatchObject({ status: 204 });
    expect(await keep()).toMatchObject({ status: 204 });
    expect(await clientOf(owner).users.erasure.query()).toBeNull();
    const subjects = async () =>
      (await stack.mailsTo(owner.email)).map((line) => line.split(": ")[1]);
    await expect.poll(subjects).toContain("Your account will be erased");
    await expect.poll(subjects).toContain("Your account stays");
    await expect
      .poll(() => events("leaving", owner.user.uuid))
      .toEqual(expect.arrayContaining(["erasure_asked ok", "erasure_undone ok"]));
  });

  test("ends the person's live connections and calls, and takes their name from what the server has cached", async () => {
    const owner = await helpers.createPerson("erased");
    const friend = clientOf(await helpers.createPerson("remaining"));
    const { message_group_uuid } = await clientOf(owner).messages.create.mutate({
      ...{ handle: "remaining", message: "goodbye", client_id: createClientId() },
    });
    const nameShown = async () =>
      (await friend.messages.list.query({ message_group_uuid })).items[0]?.display_name;
    const find = () => friend.users.short.query({ handle: "erased" });
    expect([await nameShown(), (await find()).display_name]).toEqual(["erased", "erased"]);
    const seen: string[] = [];
    const live = clientOf(owner).live.events.subscribe(undefined, {
      onData: ({ data }) => seen.push(data.type),
      onError: (error) => seen.push(error.data?.app_code ?? "error"),
    });
    await expect.poll(() => seen).toEqual(["ready"]);
    await erase(stack, owner.user.uuid);
    // The browser reconnects by itself, and is refused.
    await expect.poll(() => seen).toEqual(["ready", "signed_out", "unauthenticated"]);
    live.unsubscribe();
    expect(await helpers.stateOf(owner)).toEqual([401, 401]);
    await expect.poll(nameShown).toBe("Deleted account");
    await expect(find()).rejects.toMatchObject({ data: { app_code: "user_not_found" } });
  });

  test("tells the others of the person's groups at once that the person has left", async () => {
    const owner = await helpers.createPerson("vanishing");
    const friend = clientOf(await helpers.createPerson("staying"));
    await helpers.createPerson("staying-too");
    await clientOf(owner).messageGroups.create.mutate({
      ...{ handles: ["staying", "staying-too"], client_id: createClientId() },
    });
    const seen: LiveEvent[] = [];
    const live = friend.live.events.subscribe(undefined, { onData: ({ data }) => seen.push(data) });
    await expect.poll(() => seen).toMatchObject([{ type: "ready" }]);
    await erase(stack, owner.user.uuid);
    const left = { type: "message", message: expect.objectContaining({ kind: "left" }) };
    await expect.poll(() => seen).toContainEqual(left);
    expect(seen).toContainEqual(expect.objectContaining({ type: "group_changed" }));
    live.unsubscribe();
  });

  test("that has begun can't be undone", async () => {
    const owner = await helpers.createPerson("gone");
    await createErasures(stack.postgres.db).start(owner.user.uuid);
    const kept = await helpers.call(owner, "/account/erasure", {}, "DELETE");
    expect(kept).toMatchObject({ status: 401, app_code: "unauthenticated" });
  });
});

describe("another handle", () => {
  test("signs its owner in, as the old one does, and others find them by both", async () => {
    const [owner, other] = [
      await helpers.createPerson("former"),
      await helpers.createPerson("finder"),
    ];
    const client = clientOf(other);
    await client.messages.create.mutate({
      ...{ handle: "former", message: "hello", client_id: createClientId() },
    });
    const user = await clientOf(owner).users.changeHandle.mutate({ handle: "latter" });
    expect(user).toMatchObject({ handle: "latter", uuid: owner.user.uuid });
    expect(await clientOf(owner).users.me.query()).toMatchObject({ handle: "latter" });
    for (const handle of ["former", "latter"]) {
      expect(await client.users.short.query({ handle })).toMatchObject({ handle: "latter" });
      expect((await signIn(server, handle)).user).toMatchObject({ handle: "latter" });
    }
    const { items } = await client.messageGroups.list.query({});
    expect(items[0]).toMatchObject({ handle: "latter" });
    const password = await postJson(
      `${server.url}/account/password`,
      { password: PASSWORD, new_password: "another horse 9 Battery" },
      { authorization: `Bearer ${owner.access_token}` },
    );
    expect(password.status).toBe(204);
    const soon = clientOf(owner).users.changeHandle.mutate({ handle: "latest" });
    await expect(soon).rejects.toMatchObject({ data: { app_code: "handle_changed_recently" } });
  });

  test("is known at once on a server that had the old one in its cache", async () => {
    const elsewhere = await stack.start();
    const [owner, other] = [
      await helpers.createPerson("cached"),
      await helpers.createPerson("asking"),
    ];
    const client = createClient(elsewhere.url, other.access_token);
    const found = () => client.users.short.query({ handle: "cached" });
    expect(await found()).toMatchObject({ handle: "cached" });
    await clientOf(owner).users.changeHandle.mutate({ handle: "uncached" });
    await expect.poll(found).toMatchObject({ handle: "uncached", uuid: owner.user.uuid });
  });

  test("is refused where it is reserved, taken, or the user name of an account that never signed in", async () => {
    const owner = await helpers.createPerson("choosing");
    await helpers.createPerson("occupied");
    const waiting = { handle: "waiting", email: "waiting@example.com", display_name: "Waiting" };
    await stack.pool.createUser({ ...waiting, password: PASSWORD });
    for (const handle of ["admin", "occupied", "0ccupied", "waiting"]) {
      const change = clientOf(owner).users.changeHandle.mutate({ handle });
      await expect(change, handle).rejects.toMatchObject({ data: { app_code: "handle_taken" } });
    }
    expect((await clientOf(owner).users.me.query()).handle).toBe("choosing");
  });
});
