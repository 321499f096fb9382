import { createHash, randomBytes, randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { createProfiles, type Profiles } from "../src/profiles.ts";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();
let profiles: Profiles;
beforeAll(() => {
  profiles = createProfiles(client.db);
});

const addPerson = (handle: string) =>
  users.ensureUser({
    ...{ cognito_user_id: `sub-${handle}`, handle, email: `${handle}@example.com` },
    ...{ email_verified: true, display_name: handle },
  });

test("a picture is found by its hash and its person until it is replaced, removed, or the person deleted", async () => {
  const [vir, lennier] = await Promise.all(["vir", "lennier"].map(addPerson));
  const [uuid, other] = [vir?.uuid ?? "", lennier?.uuid ?? ""];
  const [first, second] = [randomBytes(2_000), randomBytes(49_152)];
  const hash = await profiles.putAvatar(uuid, first);
  expect(hash).toBe(createHash("sha256").update(first).digest("hex"));
  expect(await profiles.findAvatar(hash)).toEqual(first);
  expect(await profiles.listAvatarHashes([uuid, other])).toEqual([{ user_uuid: uuid, hash }]);
  expect(await profiles.findProfile(uuid)).toMatchObject({ handle: "vir", avatar_hash: hash });

  // Two people may have the same picture, and the one keeps it when the other has none any more.
  await profiles.putAvatar(other, first);
  const next = await profiles.putAvatar(uuid, second);
  expect(await profiles.findAvatar(hash)).toEqual(first);
  expect(await profiles.findAvatar(next)).toEqual(second);
  await profiles.removeAvatar(other);
  expect(await profiles.findAvatar(hash)).toBeNull();
  expect(await profiles.findProfile(other)).toMatchObject({ avatar_hash: null });
  await users.deleteUser(uuid);
  expect(await profiles.findAvatar(next)).toBeNull();
});

test("nobody unknown gets a picture, and none is larger than the limit", async () => {
  const { uuid } = await addPerson("zathras");
  await expect(profiles.putAvatar(randomUUID(), randomBytes(10))).rejects.toMatchObject({
    code: "unauthenticated",
  });
  await expect(profiles.putAvatar(uuid, randomBytes(49_153))).rejects.toThrow();
  expect(await profiles.findProfile(randomUUID())).toBeNull();
});
