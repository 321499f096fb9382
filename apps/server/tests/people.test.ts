import type { UserProfile, Users } from "@cruddur/db/users";
import { expect, test } from "vitest";
import { createLruCache } from "../src/cache/lru.ts";
import { createPeople } from "../src/people/people.ts";

const profileOf = (uuid: string, display_name = uuid): UserProfile => {
  return {
    ...{ uuid, handle: uuid, display_name, read_receipts: true, typing_indicators: true },
    ...{ first_messages: "inbox", group_additions: "everyone" },
  };
};

/** People on a table that answers when the test says so, and the look-ups that it received. */
function startPeople() {
  const asked: string[][] = [];
  const answers: ((name?: string) => void)[] = [];
  const findUsersByUuids = (uuids: readonly string[]) => {
    asked.push([...uuids]);
    return new Promise<UserProfile[]>((resolve) => {
      answers.push((name) => resolve(uuids.map((uuid) => profileOf(uuid, name))));
    });
  };
  const people = createPeople({
    users: { findUsersByUuids } as Partial<Users> as Users,
    cache: createLruCache({ maxItems: 100, ttlSeconds: 60 }),
    ttlSeconds: 60,
  });
  return { people, asked, answers };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("three simultaneous look-ups of the same people query Postgres once", async () => {
  const { people, asked, answers } = startPeople();
  const lookups = [["a", "b", "me"], ["a", "me"], ["a"]].map((uuids) => people.profiles(uuids));
  await soon();
  answers[0]?.();
  const [inbox, group, messages] = await Promise.all(lookups);
  expect(asked).toEqual([["a", "b", "me"]]);
  expect([inbox?.size, group?.size, messages?.size]).toEqual([3, 2, 1]);
  expect(messages?.get("a")).toEqual(profileOf("a"));
});

test("people whose look-up is running are not queried again", async () => {
  const { people, asked, answers } = startPeople();
  const first = people.profiles(["a", "b"]);
  const second = people.profiles(["b", "c"]);
  await soon();
  for (const answer of answers) answer();
  await Promise.all([first, second]);
  expect(asked).toEqual([["a", "b"], ["c"]]);
});

test("a look-up that began before a change doesn't answer a call that came after it", async () => {
  const { people, asked, answers } = startPeople();
  const before = people.profiles(["a"]);
  await soon();
  await people.evict({ uuid: "a" });
  const after = people.profiles(["a"]);
  await soon();
  answers[0]?.("old");
  await before;
  // The end of the older look-up doesn't affect the newer one.
  const joining = people.profiles(["a"]);
  await soon();
  answers[1]?.("new");
  expect((await after).get("a")?.display_name).toBe("new");
  expect((await joining).get("a")?.display_name).toBe("new");
  expect(asked).toHaveLength(2);
});
