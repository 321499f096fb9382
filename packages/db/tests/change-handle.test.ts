import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();

let people = 0;
async function createPerson(name?: string) {
  people += 1;
  const handle = name ?? `person${people}`;
  const user = { handle, email: `${handle}@example.com`, display_name: handle };
  const sub = randomUUID();
  return users.ensureUser({ ...user, cognito_user_id: sub, email_verified: true });
}

const change = (user_uuid: string, handle: string, pool_username = "first") =>
  users.changeHandle({ user_uuid, handle, pool_username });

/** Lets time pass for everybody. */
const wait = (days: number) =>
  client.pool.query(
    `update users set handle_changed_at = handle_changed_at - interval '${days} days';
     update kept_handles set until = until - interval '${days} days'`,
  );

describe("a change of handle", () => {
  it("keeps the old one for its owner for 90 days, by which the person is still found", async () => {
    const { uuid } = await createPerson("zathras");
    expect(await change(uuid, "zathras-two")).toMatchObject({ handle: "zathras-two" });
    for (const handle of ["zathras", "ZATHRAS", "zathras-two"]) {
      expect(await users.findUserByHandle(handle)).toMatchObject({ uuid, handle: "zathras-two" });
      expect(await users.findPoolUsername(handle)).toBe("first");
    }
    const other = await createPerson();
    await expect(change(other.uuid, "zathras")).rejects.toMatchObject({ code: "handle_taken" });
    expect(await users.isHandleFree({ handle: "zathras", email: "x@example.com" })).toBe(false);
    await wait(91);
    expect(await users.findUserByHandle("zathras")).toBeNull();
    expect(await change(other.uuid, "zathras")).toMatchObject({ handle: "zathras" });
  });

  it("can be made once a week, and taken back", async () => {
    const { uuid } = await createPerson("kosh");
    await change(uuid, "kosh2");
    expect(await change(uuid, "kosh2")).toMatchObject({ handle: "kosh2" });
    await expect(change(uuid, "kosh3")).rejects.toMatchObject({ code: "handle_changed_recently" });
    await wait(8);
    expect(await change(uuid, "kosh")).toMatchObject({ handle: "kosh" });
    expect(await users.findUserByHandle("kosh2")).toMatchObject({ uuid });
  });

  it("takes no handle that looks like another one, or like one that is kept", async () => {
    await createPerson("lennier");
    const delenn = await createPerson("delenn");
    await change(delenn.uuid, "entilzha");
    const { uuid } = await createPerson();
    for (const handle of ["Iennier", "1ennier", "de1enn", "delenn", "entilzha"]) {
      await expect(change(uuid, handle), handle).rejects.toMatchObject({ code: "handle_taken" });
    }
  });

  it("that many people want at the same time is made for exactly one", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => createPerson()));
    const results = await Promise.allSettled(all.map(({ uuid }) => change(uuid, "wanted")));
    const refused = results.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refused.map(({ code }) => code)).toEqual(Array(7).fill("handle_taken"));
  });

  it("never gives away a handle that its owner is giving up at the same moment", async () => {
    for (let round = 0; round < 10; round += 1) {
      const owner = await createPerson(`given-up-${round}`);
      const others = await Promise.all([createPerson(), createPerson()]);
      const results = await Promise.allSettled([
        change(owner.uuid, `another-${round}`),
        ...others.map(({ uuid }) => change(uuid, owner.handle)),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
      expect(await users.findUserByHandle(owner.handle)).toMatchObject({ uuid: owner.uuid });
    }
  });
});
