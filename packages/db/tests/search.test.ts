import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { users as table } from "../src/schema.ts";
import type { SearchPosition } from "../src/users.ts";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();

const people: [handle: string, display_name: string][] = [
  ["andrewbrown", "Andrew Brown"],
  ["bayko", "Andrew Bayko"],
  ["londo", "Londo Mollari"],
  ["mollari_fan", "Vir Cotto"],
  ["100percent", "Percy_Cent"],
  ["jose", "José Ñandú"],
  ...Array.from({ length: 45 }, (_, n): [string, string] => [`robot${n}`, "Robot"]),
];

beforeAll(async () => {
  await client.db.insert(table).values(
    people.map(([handle, display_name]) => ({
      handle,
      display_name,
      email: `${handle}@example.com`,
    })),
  );
});

const handles = async (query: string) =>
  (await users.searchUsers({ query, limit: 20 })).items.map((user) => user.handle);

test("a prefix of handle or name comes first, in any case", async () => {
  expect((await handles("AND")).sort()).toEqual(["andrewbrown", "bayko"]);
  expect((await handles("mollari"))[0]).toBe("mollari_fan");
  expect(await handles("mollari")).toContain("londo");
  expect(await handles("b")).toContain("bayko");
});

test("a typo still finds the person", async () => {
  expect(await handles("andew")).toContain("andrewbrown");
  expect(await handles("lodno")).toContain("londo");
  expect(await handles("molari")).toContain("londo");
  expect(await handles("baiko")).toContain("bayko");
});

test("a later word of a name is found", async () => {
  expect(await handles("brown")).toContain("andrewbrown");
  expect(await handles("cotto")).toEqual(["mollari_fan"]);
});

test("characters with a meaning in LIKE patterns are searched literally", async () => {
  expect(await handles("%")).toEqual([]);
  expect(await handles("_")).toEqual([]);
  expect(await handles("\\")).toEqual([]);
  expect(await handles("' or 1=1 --")).toEqual([]);
});

test("pages show everyone once, even when a new person appears between two pages", async () => {
  const seen: string[] = [];
  let position: SearchPosition | null = null;
  do {
    const page = await users.searchUsers({ query: "robot", limit: 7, position });
    seen.push(...page.items.map((user) => user.handle));
    // The API sends the position as JSON.
    position = JSON.parse(JSON.stringify(page.next));
    if (seen.length === 14) {
      await client.db
        .insert(table)
        .values({ handle: "robot", display_name: "Robot", email: "robot@example.com" });
    }
  } while (position !== null);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((handle) => /^robot\d+$/.test(handle))).toHaveLength(45);
});

test("the person who searches is not in the result", async () => {
  const londo = await users.findUserByHandle("londo");
  const page = await users.searchUsers({
    query: "londo",
    limit: 5,
    excludeUuids: [londo?.uuid ?? ""],
  });
  expect(page.items).toEqual([]);
});

test("the search is served by the trigram indexes", async () => {
  const plan = await client.db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    const { rows } = await tx.execute<{ "QUERY PLAN": string }>(
      sql`explain select 1 from users where handle::text ilike 'lon%' or display_name ilike 'lon%' or 'lon' <% handle::text or 'lon' <% display_name`,
    );
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });
  expect(plan).toContain("users_handle_trgm");
  expect(plan).toContain("users_display_name_trgm");
  expect(plan).not.toContain("Seq Scan");
});
