import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { users as table } from "../src/schema.ts";
import { DEMO_PEOPLE, seedDemoUsers } from "../src/seed.ts";
import type { NewUser } from "../src/users.ts";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();
beforeEach(async () => {
  await client.db.delete(table);
});

const newUser = (handle: string, over: Partial<NewUser> = {}): NewUser => ({
  cognito_user_id: `sub-${handle}`,
  handle,
  email: `${handle}@example.com`,
  email_verified: true,
  display_name: handle,
  ...over,
});

describe("lookups", () => {
  test("a user is found by sub, and an unknown sub is null", async () => {
    const made = await users.ensureUser(newUser("vir"));
    expect(await users.findUserBySub("sub-vir")).toEqual(made);
    expect(await users.findUserBySub("sub-nobody")).toBeNull();
  });

  test("a handle is found in any case, and only its short profile comes back", async () => {
    const { uuid } = await users.ensureUser(newUser("Delenn"));
    expect(await users.findUserByHandle("DELENN")).toEqual({
      uuid,
      handle: "Delenn",
      display_name: "Delenn",
    });
    expect(await users.findUserByHandle("delen")).toBeNull();
  });

  test("profiles of many uuids take one query, and unknown uuids are left out", async () => {
    const made = await Promise.all(["a1", "b1", "c1"].map((h) => users.ensureUser(newUser(h))));
    const before = client.pool.totalCount;
    const found = await users.findUsersByUuids([...made.map((u) => u.uuid), randomUUID()]);
    expect(found.map((u) => u.handle).sort()).toEqual(["a1", "b1", "c1"]);
    expect(client.pool.totalCount).toBe(before);
    expect(await users.findUsersByUuids([])).toEqual([]);
  });
});

describe("the first sign-in", () => {
  test("twenty concurrent requests create one row", async () => {
    const rows = await Promise.all(
      Array.from({ length: 20 }, () => users.ensureUser(newUser("na.toth"))),
    );
    expect(new Set(rows.map((row) => row.uuid)).size).toBe(1);
    const [{ count } = { count: 0 }] = (
      await client.db.execute<{ count: number }>(sql`select count(*)::int as count from users`)
    ).rows;
    expect(count).toBe(1);
  });

  test("the same sub gets the same row, even when the pool has changed everything else", async () => {
    const first = await users.ensureUser(newUser("lennier"));
    const again = await users.ensureUser(
      newUser("lennier", { handle: "other", email: "other@example.com", email_verified: false }),
    );
    expect(again).toEqual(first);
  });

  test("a seeded person gets their row by its verified email, once, even with concurrent requests", async () => {
    const seeded = await seedDemoUsers(client.db);
    const londo = seeded.find((row) => row.handle === "londo");
    const rows = await Promise.all(
      Array.from({ length: 8 }, () =>
        users.ensureUser(newUser("londo", { email: "LONDO@example.com" })),
      ),
    );
    expect(new Set(rows.map((row) => row.uuid))).toEqual(new Set([londo?.uuid]));
    expect(rows[0]?.cognito_user_id).toBe("sub-londo");
  });

  test("a stranger gets no seeded row by the handle alone or by an unverified email", async () => {
    await seedDemoUsers(client.db);
    await expect(
      users.ensureUser(newUser("londo", { email: "stranger@example.com" })),
    ).rejects.toMatchObject({ code: "handle_taken" });
    await expect(
      users.ensureUser(newUser("londo", { email_verified: false })),
    ).rejects.toMatchObject({ code: "user_not_confirmed" });
    const rows = await client.db.select().from(table);
    expect(rows.every((row) => row.cognito_user_id === null)).toBe(true);
  });

  test("a handle in use is free only for the seeded person to whom it belongs", async () => {
    await seedDemoUsers(client.db);
    const isFree = (handle: string, email: string) => users.isHandleFree({ handle, email });
    expect(await isFree("garibaldi", "garibaldi@example.com")).toBe(true);
    expect(await isFree("Londo", "stranger@example.com")).toBe(false);
    expect(await isFree("londo", "Londo@example.com")).toBe(true);
    await users.ensureUser(newUser("londo"));
    expect(await isFree("londo", "londo@example.com")).toBe(false);
  });

  test("the error names whether the handle or the email is taken, in any case", async () => {
    await users.ensureUser(newUser("garibaldi"));
    await expect(
      users.ensureUser(newUser("GARIBALDI", { cognito_user_id: "x", email: "x@example.com" })),
    ).rejects.toMatchObject({ code: "handle_taken" });
    await expect(
      users.ensureUser(newUser("zathras", { email: "Garibaldi@example.com" })),
    ).rejects.toMatchObject({ code: "email_taken" });
  });
});

describe("what the user pool says", () => {
  test.each([
    ["l\u043endo", "handle_invalid"],
    ["a/../b", "handle_invalid"],
    ["x".repeat(128), "handle_invalid"],
    ["admin", "handle_taken"],
  ])("a handle that our sign-up refuses makes no row: %s", async (handle, code) => {
    await expect(
      users.ensureUser(newUser("x", { handle, email: "x@example.com" })),
    ).rejects.toMatchObject({ code });
    expect(await client.db.select().from(table)).toEqual([]);
  });

  test.each(["x".repeat(5_000), "\u200b\u202e", "two\nlines", "half \ud800"])(
    "a name that our sign-up refuses gives way to the handle: %j",
    async (display_name) => {
      expect(await users.ensureUser(newUser("vir", { display_name }))).toMatchObject({
        display_name: "vir",
      });
    },
  );

  test("a handle that looks like somebody's is taken, and twenty at once make one row", async () => {
    await users.ensureUser(newUser("londo"));
    await expect(users.ensureUser(newUser("Iondo"))).rejects.toMatchObject({
      code: "handle_taken",
    });
    const isFree = (handle: string) => users.isHandleFree({ handle, email: "x@example.com" });
    expect([await isFree("1ond0"), await isFree("londa")]).toEqual([false, true]);
    const race = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => users.ensureUser(newUser(n % 2 ? "rnira" : "mira"))),
    );
    const rows = race.flatMap((each) => (each.status === "fulfilled" ? [each.value.handle] : []));
    expect(new Set(rows).size).toBe(1);
    expect(rows).toHaveLength(10);
  });
});

describe("changes", () => {
  test("a patch changes only what it names", async () => {
    const made = await users.ensureUser(newUser("kosh"));
    expect(await users.updateUser(made.uuid, { display_name: "Naranek" })).toEqual({
      ...made,
      display_name: "Naranek",
    });
    expect(
      await users.updateUser(made.uuid, { read_receipts: false, display_name: undefined }),
    ).toMatchObject({ display_name: "Naranek", read_receipts: false, typing_indicators: true });
    expect(await users.updateUser(made.uuid, {})).toMatchObject({ display_name: "Naranek" });
    expect(await users.updateUser(randomUUID(), { display_name: "x" })).toBeNull();
  });

  test("a deleted user is in no lookup, and deleting again returns false", async () => {
    const made = await users.ensureUser(newUser("sheridan"));
    expect(await users.deleteUser(made.uuid)).toBe(true);
    expect(await users.findUserBySub("sub-sheridan")).toBeNull();
    expect(await users.findUsersByUuids([made.uuid])).toEqual([]);
    expect(await users.deleteUser(made.uuid)).toBe(false);
  });
});

describe("seeding", () => {
  test("seeding twice keeps uuids, account ids and edited names", async () => {
    const first = await seedDemoUsers(client.db);
    expect(first.map((row) => row.uuid).sort()).toEqual(DEMO_PEOPLE.map((p) => p.uuid).sort());
    await users.updateUser(first[0]?.uuid ?? "", { display_name: "Edited" });
    await client.db.update(table).set({ cognito_user_id: "s1" }).where(eq(table.handle, "londo"));
    const again = await seedDemoUsers(client.db);
    expect(again.map((row) => row.uuid)).toEqual(first.map((row) => row.uuid));
    expect(again.map((row) => row.display_name)).toContain("Edited");
    expect(again.find((row) => row.handle === "londo")?.cognito_user_id).toBe("s1");
  });
});
