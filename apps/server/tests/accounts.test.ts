import { randomUUID } from "node:crypto";
import { users } from "@cruddur/db/schema";
import { createSessionRecords } from "@cruddur/db/session-records";
import { describe, expect, test } from "vitest";
import { PASSWORD, postJson, type SignedIn, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60", LIMIT_ACCOUNTS: "1000/60" });

describe("accounts", () => {
  const account = {
    handle: "delenn",
    display_name: "Delenn of Mir",
    email: "delenn@example.com",
    password: PASSWORD,
  };
  const lastCode = (email: string) =>
    stack.pool.mails().findLast((mail) => JSON.stringify(mail).includes(email));
  const codeOf = (email: string) => /\b\d{8}\b/.exec(JSON.stringify(lastCode(email)))?.[0] ?? "";

  test("a person who signs up, confirms and signs in gets one row in Postgres, even if requests race", async () => {
    const made = await postJson(`${server.url}/account`, account);
    expect(made.status).toBe(201);
    expect(await made.json()).toEqual({ handle: "delenn" });
    const early = await postJson(`${server.url}/session`, { handle: "delenn", password: PASSWORD });
    expect(await early.json()).toMatchObject({ app_code: "user_not_confirmed" });
    const wrong = await postJson(`${server.url}/account/confirm`, {
      handle: "delenn",
      code: "000000",
    });
    expect(await wrong.json()).toMatchObject({ app_code: "confirmation_code_wrong" });
    const confirmed = await postJson(`${server.url}/account/confirm`, {
      handle: "delenn",
      code: codeOf(account.email),
    });
    expect(confirmed.status).toBe(204);
    const people = await Promise.all([1, 2, 3, 4].map(() => signIn(server, "delenn")));
    expect(new Set(people.map(({ user }) => user.uuid)).size).toBe(1);
    expect(people[0]?.user.display_name).toBe("Delenn of Mir");
  });

  test("a taken handle and a weak password are refused with their codes", async () => {
    const taken = await postJson(`${server.url}/account`, { ...account, email: "x@example.com" });
    expect([taken.status, await taken.json()]).toMatchObject([409, { app_code: "handle_taken" }]);
    const weak = await postJson(`${server.url}/account`, {
      ...account,
      handle: "weak1",
      password: "short",
    });
    expect([weak.status, await weak.json()]).toMatchObject([
      422,
      { app_code: "password_rejected" },
    ]);
  });

  test("a common password, and one that is the handle, are refused at sign-up and at a reset", async () => {
    for (const password of ["Password123", "12345678", "delenn-mir", "Delenn-Mir1"]) {
      const weak = await postJson(`${server.url}/account`, {
        ...account,
        handle: "delenn-mir",
        password,
      });
      expect(await weak.json()).toMatchObject({ app_code: "password_rejected" });
    }
    const reset = { handle: "bayko", code: "000000", password: "P4ssw0rd!" };
    const refused = await postJson(`${server.url}/account/reset`, reset);
    expect(await refused.json()).toMatchObject({ app_code: "password_rejected" });
  });

  test("handles that are reserved, or look like somebody's, cannot be taken", async () => {
    for (const handle of ["admin", "Supp0rt", "Iondo", "1ondo", "rnira", "andrewbr0wn"]) {
      const refused = await postJson(`${server.url}/account`, {
        ...account,
        handle,
        email: "impostor@example.com",
      });
      expect(await refused.json()).toMatchObject({ app_code: "handle_taken" });
    }
  });

  test.each([
    ["l\u043endo", "handle_invalid"],
    ["a/../b", "handle_invalid"],
    ["x".repeat(128), "handle_invalid"],
    ["Iondo", "handle_taken"],
    ["support", "handle_taken"],
  ])(
    "an account that came into the pool past our sign-up gets no handle %s",
    async (handle, app_code) => {
      const email = `${stack.pool.mails().length}-${handle.length}@example.com`;
      await stack.pool.createUser({ handle, email, display_name: "x", password: PASSWORD });
      const refused = await postJson(`${server.url}/session`, { handle, password: PASSWORD });
      expect(await refused.json()).toMatchObject({ app_code });
    },
  );

  test("a name that came into the pool past our sign-up gives way to the handle", async () => {
    const display_name = "\u202e".repeat(5_000);
    const account = { handle: "zathras", email: "z@example.com", password: PASSWORD };
    await stack.pool.createUser({ ...account, display_name });
    expect((await signIn(server, "zathras")).user.display_name).toBe("zathras");
  });

  test("a token of a deleted account does not become whoever has its user name now", async () => {
    const account = { handle: "kosh", display_name: "Kosh", password: PASSWORD };
    await stack.pool.createUser({ ...account, email: "kosh@example.com" });
    const token = await stack.pool.signToken({ sub: randomUUID(), username: "kosh" });
    const answer = await fetch(`${server.url}/trpc/users.me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
  });

  test("a handle that exists only in Postgres is refused at sign-up, not at the first sign-in", async () => {
    await stack.postgres.db
      .insert(users)
      .values({ handle: "lennier", email: "lennier@example.com", display_name: "Lennier" });
    const signUp = (email: string) =>
      postJson(`${server.url}/account`, { ...account, handle: "Lennier", email });
    const stranger = await signUp("stranger@example.com");
    expect([stranger.status, await stranger.json()]).toMatchObject([
      409,
      { app_code: "handle_taken" },
    ]);
    expect(lastCode("stranger@example.com")).toBeUndefined();
    expect((await signUp("lennier@example.com")).status).toBe(201);
  });

  test("a reset code sets one password, however many are sent with it at once", async () => {
    const handle = "andrewbrown";
    await postJson(`${server.url}/account/forgot`, { handle });
    const { code } = stack.pool.mails().at(-1) ?? {};
    const resets = [1, 2, 3, 4].map((n) =>
      postJson(`${server.url}/account/reset`, {
        ...{ handle, code, password: `another horse ${n} Battery` },
      }),
    );
    const statuses = (await Promise.all(resets)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 422, 422, 422]);
  });

  test("codes can't be used to find out who has an account, however many are tried", async () => {
    const email = "londo@example.com";
    const answersTo = async (handle: string) => {
      const answers: unknown[] = [];
      const post = async (path: string, body: object) => {
        const response = await postJson(`${server.url}/account/${path}`, { handle, ...body });
        answers.push(response.status, await response.text());
      };
      const guess = { code: "00000000", password: "another horse 9 Battery" };
      await post("confirm", guess);
      await post("resend", {});
      await post("reset", guess);
      await post("forgot", {});
      // The pool refuses more tries of one account.
      for (let n = 0; n < 6; n += 1) await post("reset", guess);
      return answers;
    };
    expect(await answersTo(email)).toEqual(await answersTo("nobody@example.com"));
  });

  test("sign-up can't be used to find out many handles", async () => {
    const strict = await stack.start({ LIMIT_ACCOUNTS: "3/60", TRUSTED_PROXIES: "1" });
    // The request has an address of its own, because the servers share the uses of the test's address.
    const headers = { "x-forwarded-for": "203.0.113.7" };
    const statuses: number[] = [];
    for (const handle of ["andrewbrown", "bayko", "londo", "nobody-here"]) {
      const { status } = await postJson(`${strict.url}/account`, { ...account, handle }, headers);
      statuses.push(status);
    }
    expect(statuses).toEqual([409, 409, 409, 429]);
  });

  test("a forgotten password is reset by a code, without revealing which accounts exist", async () => {
    for (const handle of ["bayko", "nobody-here"]) {
      for (const path of ["forgot", "resend"]) {
        expect((await postJson(`${server.url}/account/${path}`, { handle })).status).toBe(204);
      }
    }
    const password = "another horse 7 Battery";
    const code = codeOf("bayko@example.com");
    const unknown = await postJson(`${server.url}/account/reset`, {
      handle: "nobody-here",
      code,
      password,
    });
    const wrong = await postJson(`${server.url}/account/reset`, {
      handle: "bayko",
      code: "000000",
      password,
    });
    expect(await unknown.json()).toEqual(await wrong.json());
    const reset = await postJson(`${server.url}/account/reset`, {
      handle: "bayko",
      code,
      password,
    });
    expect(reset.status).toBe(204);
    await signIn(server, "bayko", password);
  });
});

test("codes are counted for an account and day, and its owner has codes of their own where they have signed in", async () => {
  const strict = await stack.start({ LIMIT_CODES: "6/86400", TRUSTED_PROXIES: "1" });
  const post = (path: string, body: object, n: number) =>
    postJson(`${strict.url}/account/${path}`, body, { "x-forwarded-for": `10.1.0.${n}` });
  const handle = "rebo";
  const email = `${handle}@example.com`;
  await stack.pool.createUser({ handle, email, display_name: handle, password: PASSWORD });
  const signInFrom = async (n: number) => {
    const headers = { "x-forwarded-for": `10.1.0.${n}` };
    const response = await postJson(
      `${strict.url}/session`,
      { handle, password: PASSWORD },
      headers,
    );
    return ((await response.json()) as SignedIn).user.uuid;
  };
  const user_uuid = await signInFrom(200);
  const statuses = [];
  for (let n = 0; n < 4; n += 1) {
    statuses.push((await post("forgot", { handle }, n)).status);
    const guess = { handle, code: "000000", password: "another horse 9 Battery" };
    statuses.push((await post("reset", guess, n + 100)).status);
  }
  expect(statuses).toEqual([204, 422, 204, 422, 204, 422, 429, 429]);
  // The owner, in a new browser where they have signed in before, has codes of their own.
  for (let n = 0; n < 6; n += 1) expect((await post("forgot", { handle }, 200)).status).toBe(204);
  expect((await post("forgot", { handle }, 200)).status).toBe(429);
  // Whoever had signed in before all sessions ended has none.
  await signInFrom(201);
  await createSessionRecords(stack.postgres.db).endAllSessions(user_uuid);
  expect((await post("forgot", { handle }, 201)).status).toBe(429);
});
