import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { applyAccountLinks, type PoolAccount, planAccountLinks } from "../src/link-accounts.ts";
import { users as table } from "../src/schema.ts";
import { seedDemoUsers } from "../src/seed.ts";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();
beforeEach(async () => {
  await client.db.delete(table);
  await seedDemoUsers(client.db);
});

const account = (username: string, over: Partial<PoolAccount> = {}): PoolAccount => ({
  cognito_user_id: `sub-${username}`,
  username,
  email: `${username}@example.com`,
  email_verified: true,
  ...over,
});

async function link(...accounts: PoolAccount[]) {
  const { links, refused } = await planAccountLinks(client.db, accounts);
  return { linked: await applyAccountLinks(client.db, links), refused };
}

const idOf = async (handle: string) =>
  (await client.db.select().from(table).where(eq(table.handle, handle)))[0]?.cognito_user_id;

describe("a person is linked to the account with their user name and verified email", () => {
  test("in any case, once", async () => {
    const londo = account("Londo", { email: "LONDO@example.com" });
    expect(await link(londo, account("stranger"))).toEqual({ linked: ["londo"], refused: [] });
    expect(await idOf("londo")).toBe("sub-Londo");
    expect(await link(londo)).toEqual({ linked: [], refused: [] });
  });

  test("again when the pool was created again, and nobody loses an account that still exists", async () => {
    await link(account("londo", { cognito_user_id: "old" }), account("bayko"));
    const recreated = account("londo", { cognito_user_id: "new" });
    expect(await link(recreated, account("bayko"))).toEqual({ linked: ["londo"], refused: [] });
    const second = account("LONDO", { cognito_user_id: "second" });
    expect(await link(recreated, second, account("bayko"))).toEqual({ linked: [], refused: [] });
    expect((await users.findUserBySub("new"))?.handle).toBe("londo");
  });
});

describe("nobody is linked to a stranger's account", () => {
  test.each([
    ["who signs up under the user name", { email: "thief@example.com" }, "email_differs"],
    ["who enters the email unverified", { email_verified: false }, "email_not_verified"],
    ["whose account has no email", { email: "" }, "email_differs"],
  ] as const)(
    "%s, whether the person was seeded or has lost an account",
    async (_, over, reason) => {
      const thief = account("londo", { cognito_user_id: "thief", ...over });
      const refused = [{ handle: "londo", reason }];
      expect(await link(thief)).toEqual({ linked: [], refused });
      expect(await idOf("londo")).toBeNull();
      await link(account("londo", { cognito_user_id: "lost" }));
      expect(await link(thief)).toEqual({ linked: [], refused });
      expect(await idOf("londo")).toBe("lost");
    },
  );

  test("whose verified email is the person's but whose user name is another", async () => {
    expect(await link(account("thief", { email: "londo@example.com" }))).toEqual({
      linked: [],
      refused: [],
    });
  });

  test("when two accounts claim the user name and email", async () => {
    expect(await link(account("londo"), account("LONDO"))).toEqual({
      linked: [],
      refused: [{ handle: "londo", reason: "several_accounts" }],
    });
  });

  test("when the row has changed since the plan was shown", async () => {
    const { links } = await planAccountLinks(client.db, [account("londo")]);
    await client.db
      .update(table)
      .set({ email: "new@example.com" })
      .where(eq(table.handle, "londo"));
    expect(await applyAccountLinks(client.db, links)).toEqual([]);
  });
});
