import { describe, expect, test } from "vitest";
import { CruddurError, createClient, type Message } from "../src/index.ts";
import { clientOf, password, url } from "./support.ts";

const andrew = clientOf("andrewbrown");
const bayko = clientOf("bayko");

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};
/** What a call was refused with. */
const refusalOf = async (call: Promise<unknown>): Promise<CruddurError> => {
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof CruddurError) return error;
  throw new Error(`not refused: ${String(error)}`);
};

describe("procedures", () => {
  test("every procedure can be called with its input and returns its output", async () => {
    const me = await andrew.users.me();
    expect(me.handle).toBe("andrewbrown");
    const sent = await andrew.messages.create({
      handle: "bayko",
      message: "typed",
      client_id: crypto.randomUUID(),
    });
    const { message_group_uuid, uuid: message_uuid } = sent;
    const page = await bayko.messages.list({ message_group_uuid, limit: 1 });
    expect(page.items).toEqual([sent]);
    const group = await bayko.messageGroups.get({ message_group_uuid });
    expect(group.members.map(({ handle }) => handle).sort()).toEqual(["andrewbrown", "bayko"]);
    const read = await bayko.messageGroups.markRead({ message_group_uuid, message_uuid });
    expect(read).toEqual({ read_message_uuid: message_uuid, unread_count: 0 });
    expect(await bayko.messages.typing({ message_group_uuid })).toBeNull();
    expect((await andrew.users.short({ handle: "@bayko" })).handle).toBe("bayko");
    expect((await andrew.users.search({ query: "lon" })).items[0]?.handle).toBe("londo");
    expect((await andrew.users.update({ read_receipts: true })).uuid).toBe(me.uuid);
    expect((await andrew.messageGroups.list({ limit: 1 })).items).toHaveLength(1);
  });
});

describe("signing in", () => {
  test("a wrong password rejects the first call with its code, and nothing is retried", async () => {
    const stranger = createClient({ url, handle: "bayko", password: "a wrong password" });
    const error = await refusalOf(stranger.users.me());
    expect([error.code, error.action]).toEqual(["sign_in_failed", "fail"]);
  });

  test("a refused access token is replaced by the session cookie, with one sign-in", async () => {
    const paths: string[] = [];
    let spoil = true;
    const client = clientOf("londo", {
      fetch: (input, init) => {
        const { pathname } = new URL(String(input));
        paths.push(pathname);
        const headers = new Headers(init?.headers);
        if (pathname.startsWith("/trpc/") && spoil) headers.set("authorization", "Bearer spoilt");
        if (pathname === "/session/refresh") spoil = false;
        return fetch(input, { ...init, headers });
      },
    });
    const [me, again] = await Promise.all([client.users.me(), client.users.me()]);
    expect([me.handle, again.handle]).toEqual(["londo", "londo"]);
    expect(paths.filter((path) => path === "/session")).toHaveLength(1);
    expect(paths.filter((path) => path === "/session/refresh")).toHaveLength(1);
  });

  test("a token of one's own is asked for again when it was refused", async () => {
    const response = await fetch(`${url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ handle: "bayko", password }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    const tokens = ["spoilt", access_token];
    const client = createClient({ url, token: () => tokens.shift() ?? access_token });
    expect((await client.users.me()).handle).toBe("bayko");
    const error = await refusalOf(createClient({ url, token: "spoilt" }).users.me());
    expect([error.code, error.action]).toEqual(["unauthenticated", "hold"]);
  });

  test("signing out ends the session, and a password opens another", async () => {
    const cookies: (string | null)[] = [];
    const client = clientOf("mira", {
      fetch: (input, init) => {
        cookies.push(new Headers(init?.headers).get("cookie"));
        return fetch(input, init);
      },
    });
    await client.users.me();
    await client.signOut();
    const cookie = cookies.at(-1) ?? "";
    expect(cookie).toMatch(/^cruddur_session=.{16,}/);
    const refreshed = await fetch(`${url}/session/refresh`, {
      method: "POST",
      headers: { cookie },
    });
    expect(refreshed.status).toBe(401);
    expect((await client.users.me()).handle).toBe("mira");
  });
});

describe("errors", () => {
  test("a refusal carries its code; no response at all is `network`, to be retried", async () => {
    const error = await refusalOf(andrew.users.short({ handle: "nobody-has-this" }));
    expect([error.code, error.action, error.message]).toEqual([
      "user_not_found",
      "fail",
      "user_not_found",
    ]);
    const nowhere = createClient({ url: "http://127.0.0.1:1", token: "any" });
    const lost = await refusalOf(nowhere.users.me());
    expect([lost.code, lost.action]).toEqual(["network", "retry"]);
  });

  test("an aborted call rejects with the signal's reason", async () => {
    const reason = new Error("no longer wanted");
    const call = andrew.users.me(undefined, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });
});

describe("send", () => {
  test("responses that get lost lead to retries, and the message is stored once", async () => {
    let lost = 0;
    const client = clientOf("andrewbrown", {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!String(input).endsWith("messages.create") || lost === 2) return response;
        lost += 1;
        throw new TypeError("the response was lost");
      },
    });
    const message = `once ${crypto.randomUUID()}`;
    const { message_group_uuid } = await client.send({ handle: "bayko", message });
    expect(lost).toBe(2);
    const { items } = await client.messages.list({ message_group_uuid, limit: 10 });
    expect(items.filter((item) => item.message === message)).toHaveLength(1);
  });

  test("a refusal for good is not retried", async () => {
    const error = await refusalOf(andrew.send({ handle: "bayko", message: "  " }));
    expect(error.code).toBe("message_blank");
  });
});

describe("iterators", () => {
  test("read every message over pages, either way, each once", async () => {
    const client_ids = Array.from({ length: 7 }, () => crypto.randomUUID());
    const sent: Message[] = [];
    for (const client_id of client_ids) {
      const message = await andrew.send({ handle: "londo", message: client_id, client_id });
      // A stranger could send three messages.
      const { message_group_uuid } = message;
      if (sent.length === 0) await clientOf("londo").messageGroups.accept({ message_group_uuid });
      sent.push(message);
    }
    const message_group_uuid = sent[0]?.message_group_uuid ?? "";
    const small = clientOf("andrewbrown", {
      fetch: (input, init) =>
        fetch(String(input).replace("%22limit%22%3A100", "%22limit%22%3A3"), init),
    });
    const newest = await collect(small.messages.iterate({ message_group_uuid }));
    const oldest = await collect(
      small.messages.iterate({ message_group_uuid, order: "oldest_first" }),
    );
    expect(newest.toReversed()).toEqual(oldest);
    expect(oldest.slice(-7)).toEqual(sent);
    expect(new Set(oldest.map(({ uuid }) => uuid)).size).toBe(oldest.length);
  });

  test("read the inbox and the people found", async () => {
    const groups = await collect(andrew.messageGroups.iterate());
    expect(groups.map(({ handle }) => handle)).toContain("mira");
    const people = await collect(andrew.users.iterate({ query: "bay" }));
    expect(people.map(({ handle }) => handle)).toEqual(["bayko"]);
  });
});
